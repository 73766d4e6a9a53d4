/* SPDX-License-Identifier: MIT */
#include "base/ascii.h"
#include "number/number.h"

#include <string.h>

static char to_lower(char byte)
{
  if (byte >= 'A' && byte <= 'Z')
    return (char)(byte | 0x20);
  return byte;
}

bool rtk_ascii_equal(const char *a, const char *b, size_t length)
{
  size_t i;
  for (i = 0; i < length; i++)
    if (to_lower(a[i]) != to_lower(b[i]))
      return false;
  return true;
}

int ascii_lower(lua_State *L)
{
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  luaL_Buffer buffer;
  size_t same = 0;
  size_t i;
  while (same < length && to_lower(text[same]) == text[same])
    same++;
  if (same == length) {
    lua_settop(L, 1);
    return 1;
  }
  luaL_buffinit(L, &buffer);
  luaL_addlstring(&buffer, text, same);
  for (i = same; i < length; i++)
    luaL_addchar(&buffer, to_lower(text[i]));
  luaL_pushresult(&buffer);
  return 1;
}

static bool is_word_byte(char byte)
{
  char lower = to_lower(byte);
  return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') ||
         byte == '-' || byte == '_';
}

int ascii_is_word(lua_State *L)
{
  size_t length = 0;
  const char *text = NULL;
  size_t i = 0;
  if (lua_type(L, 1) == LUA_TSTRING)
    text = lua_tolstring(L, 1, &length);
  while (i < length && is_word_byte(text[i]))
    i++;
  lua_pushboolean(L, length > 0 && i == length);
  return 1;
}

int ascii_before(lua_State *L)
{
  size_t length_a;
  size_t length_b;
  const char *a = luaL_checklstring(L, 1, &length_a);
  const char *b = luaL_checklstring(L, 2, &length_b);
  int order = memcmp(a, b, length_a < length_b ? length_a : length_b);
  lua_pushboolean(L, order < 0 || (order == 0 && length_a < length_b));
  return 1;
}

int ascii_number_text(lua_State *L)
{
  char text[RTK_NUMBER_SIZE];
  rtk_number_show(luaL_checknumber(L, 1), (int)luaL_checkinteger(L, 2), text);
  lua_pushstring(L, text);
  return 1;
}
