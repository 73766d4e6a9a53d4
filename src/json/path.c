/* SPDX-License-Identifier: MIT */
#include "json/path.h"
#include "number/number.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Bytes of a field name that are shown. */
#define NAME_SIZE 64
/* As Lua shows numbers. */
#define INDEX_DIGITS 14

/* A path that does not fit in memory is cut short: it is only a message. */
static void put(struct rtk_buffer *buffer, const char *text, size_t length)
{
  (void)rtk_buffer_append(buffer, text, length);
}

static bool is_letter(char byte)
{
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '_';
}

static bool is_identifier(const char *name, size_t length)
{
  size_t i;
  for (i = 0; i < length; i++)
    if (!is_letter(name[i]) && (i == 0 || name[i] < '0' || name[i] > '9'))
      return false;
  return length > 0;
}

/* ["name"], as a Lua string literal. */
static void put_quoted(struct rtk_buffer *buffer, const char *name,
                       size_t length)
{
  size_t i;
  put(buffer, "[\"", 2);
  for (i = 0; i < length; i++) {
    unsigned byte = (unsigned char)name[i];
    char code[8];
    int written = snprintf(code, sizeof code, "\\%03u", byte);
    if (byte == '"' || byte == '\\')
      put(buffer, "\\", 1);
    if (byte >= 0x20 && byte < 0x7F)
      put(buffer, name + i, 1);
    else
      put(buffer, code, (size_t)written);
  }
  put(buffer, "\"]", 2);
}

static void put_name(struct rtk_buffer *buffer, const char *name, size_t length)
{
  if (length > NAME_SIZE) {
    put_quoted(buffer, name, NAME_SIZE);
    put(buffer, "...", 3);
  } else if (is_identifier(name, length)) {
    put(buffer, ".", 1);
    put(buffer, name, length);
  } else {
    put_quoted(buffer, name, length);
  }
}

void rtk_json_push_path(lua_State *L, const struct rtk_json_path *path,
                        struct rtk_buffer *buffer)
{
  int level;
  rtk_buffer_clear(buffer, buffer->capacity);
  put(buffer, path->name, strlen(path->name));
  for (level = 0; level < path->depth; level++) {
    int key = path->root + 2 * level + 1;
    if (lua_type(L, key) == LUA_TSTRING) {
      size_t length;
      const char *name = lua_tolstring(L, key, &length);
      put_name(buffer, name, length);
    } else {
      char index[RTK_NUMBER_SIZE];
      rtk_number_show((double)lua_tonumber(L, key), INDEX_DIGITS, index);
      put(buffer, "[", 1);
      put(buffer, index, strlen(index));
      put(buffer, "]", 1);
    }
  }
  lua_pushlstring(L, buffer->length ? buffer->data : "", buffer->length);
}
