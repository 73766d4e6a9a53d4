/* SPDX-License-Identifier: MIT */
/*
 * Which members of the items of a reply are asked for.
 *
 * The items are the objects in an array that is the whole text, data, result,
 * or in one of these two; or the object data or result, or the one in it under
 * the name of a wrapper. Whatever else the text holds is read whole.
 */
#ifndef RTK_SELECTION_H
#define RTK_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most names of a selection. */
#define RTK_MAX_SELECTED 64

struct rtk_selection {
  bool is_of_list;
  const char *wrapper; /* "" for none */
  size_t wrapper_length;
  uint64_t likely; /* a bit for each name, by its length and first byte */
  int count;
  const char *names[RTK_MAX_SELECTED];
  size_t lengths[RTK_MAX_SELECTED];
};

/* What a table has to do with a selection. */
enum rtk_selection_role {
  RTK_SELECTION_NONE, /* it is read whole */
  RTK_SELECTION_TOP,
  RTK_SELECTION_DATA,
  RTK_SELECTION_LIST,
  RTK_SELECTION_ITEM,   /* from here on members are skipped */
  RTK_SELECTION_WRAPPED /* an item, or what has the item under the wrapper */
};

/*
 * Reads a selection: "[" for a list or "{" for an object, the wrapper, and the
 * names, each with a zero byte behind it. False if it is malformed or has too
 * many names. It refers to the text.
 */
bool rtk_selection_read(struct rtk_selection *selection, const char *text,
                        size_t length);

/* The role of the table that is the whole text. */
enum rtk_selection_role rtk_selection_top(char bracket);

/* The role of a table in another; the key is "" in an array. */
enum rtk_selection_role
rtk_selection_role(const struct rtk_selection *selection,
                   enum rtk_selection_role parent, const char *key,
                   size_t length, char bracket);

/* The bit of a name that is not empty. */
static inline uint64_t rtk_selection_bit(const char *name, size_t length)
{
  return (uint64_t)1 << (((unsigned char)*name + 5 * length) % 64);
}

/* Whether an item, or what has one, gets the member of a name, if it may. */
bool rtk_selection_finds(const struct rtk_selection *selection,
                         enum rtk_selection_role role, const char *key,
                         size_t length);

/* Whether it gets it, which most names cannot be. */
static inline bool rtk_selection_has(const struct rtk_selection *selection,
                                     enum rtk_selection_role role,
                                     const char *key, size_t length)
{
  if (role == RTK_SELECTION_ITEM &&
      (!length || !(selection->likely & rtk_selection_bit(key, length))))
    return false;
  return rtk_selection_finds(selection, role, key, length);
}

#endif
