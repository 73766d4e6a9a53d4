/* SPDX-License-Identifier: MIT */
#include "select/selection.h"

#include <string.h>

static bool is_name(const char *name, size_t length, const char *other,
                    size_t other_length)
{
  return length == other_length && memcmp(name, other, length) == 0;
}

bool rtk_selection_read(struct rtk_selection *selection, const char *text,
                        size_t length)
{
  const char *end = text + length;
  const char *at = text + 1;
  if (length < 3 || end[-1] != '\0' || (*text != '[' && *text != '{'))
    return false;
  selection->is_of_list = *text == '[';
  selection->wrapper = at;
  selection->wrapper_length = strlen(at);
  selection->likely = 0;
  selection->count = 0;
  for (at += strlen(at) + 1; at < end; at += strlen(at) + 1) {
    int place = selection->count++;
    if (place == RTK_MAX_SELECTED || !*at)
      return false;
    selection->names[place] = at;
    selection->lengths[place] = strlen(at);
    selection->likely |= rtk_selection_bit(at, strlen(at));
  }
  return true;
}

bool rtk_selection_finds(const struct rtk_selection *selection,
                         enum rtk_selection_role role, const char *key,
                         size_t length)
{
  int i;
  if (role == RTK_SELECTION_WRAPPED &&
      is_name(key, length, selection->wrapper, selection->wrapper_length))
    return true;
  for (i = 0; i < selection->count; i++) {
    if (is_name(key, length, selection->names[i], selection->lengths[i]))
      return true;
  }
  return false;
}

enum rtk_selection_role rtk_selection_top(char bracket)
{
  return bracket == '[' ? RTK_SELECTION_LIST : RTK_SELECTION_TOP;
}

/* The role of data or result. */
static enum rtk_selection_role role_of_data(const struct rtk_selection *s,
                                            char bracket)
{
  if (s->is_of_list)
    return bracket == '[' ? RTK_SELECTION_LIST : RTK_SELECTION_DATA;
  if (bracket == '[')
    return RTK_SELECTION_NONE;
  return s->wrapper_length ? RTK_SELECTION_WRAPPED : RTK_SELECTION_ITEM;
}

enum rtk_selection_role
rtk_selection_role(const struct rtk_selection *selection,
                   enum rtk_selection_role parent, const char *key,
                   size_t length, char bracket)
{
  if (parent == RTK_SELECTION_TOP &&
      (is_name(key, length, "data", 4) || is_name(key, length, "result", 6)))
    return role_of_data(selection, bracket);
  if (parent == RTK_SELECTION_DATA && bracket == '[')
    return RTK_SELECTION_LIST;
  if (parent == RTK_SELECTION_LIST && bracket == '{')
    return RTK_SELECTION_ITEM;
  if (parent == RTK_SELECTION_WRAPPED && bracket == '{' &&
      is_name(key, length, selection->wrapper, selection->wrapper_length))
    return RTK_SELECTION_ITEM;
  return RTK_SELECTION_NONE;
}
