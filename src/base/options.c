/* SPDX-License-Identifier: MIT */
#include "base/options.h"
#include "number/number.h"

int rtk_options_error(lua_State *L, int index, const char *name,
                      const char *reason)
{
  return luaL_argerror(L, index,
                       lua_pushfstring(L, "field '%s' %s", name, reason));
}

static void push_field(lua_State *L, int index, const char *name)
{
  lua_pushstring(L, name);
  lua_rawget(L, index);
}

static int type_error(lua_State *L, int index, const char *name,
                      const char *expected)
{
  const char *reason = lua_pushfstring(L, "must be a %s, not a %s", expected,
                                       luaL_typename(L, -1));
  return rtk_options_error(L, index, name, reason);
}

const char *rtk_options_to_string(lua_State *L, int index, const char *name,
                                  size_t *length)
{
  int type = lua_type(L, -1);
  if (type == LUA_TNIL)
    return NULL;
  /* Numbers are refused: lua_tolstring would turn 1e15 into a surprise. */
  if (type != LUA_TSTRING)
    type_error(L, index, name, "string");
  return lua_tolstring(L, -1, length);
}

lua_Number rtk_options_to_number(lua_State *L, int index, const char *name,
                                 lua_Number standard, lua_Number minimum)
{
  int type = lua_type(L, -1);
  lua_Number number = standard;
  if (type != LUA_TNIL) {
    if (type != LUA_TNUMBER)
      type_error(L, index, name, "number");
    number = lua_tonumber(L, -1);
    /* Written so that NaN fails, too. */
    if (!(number >= minimum)) {
      char least[RTK_NUMBER_SIZE];
      rtk_number_show(minimum, RTK_NUMBER_SHOWN, least);
      rtk_options_error(L, index, name,
                        lua_pushfstring(L, "must be at least %s", least));
    }
  }
  lua_pop(L, 1);
  return number;
}

bool rtk_options_to_boolean(lua_State *L, int index, const char *name)
{
  int type = lua_type(L, -1);
  bool value = lua_toboolean(L, -1) != 0;
  if (type != LUA_TNIL && type != LUA_TBOOLEAN)
    type_error(L, index, name, "boolean");
  lua_pop(L, 1);
  return value;
}

const char *rtk_options_string(lua_State *L, int index, const char *name,
                               size_t *length)
{
  push_field(L, index, name);
  return rtk_options_to_string(L, index, name, length);
}

lua_Number rtk_options_number(lua_State *L, int index, const char *name,
                              lua_Number standard, lua_Number minimum)
{
  push_field(L, index, name);
  return rtk_options_to_number(L, index, name, standard, minimum);
}

bool rtk_options_boolean(lua_State *L, int index, const char *name)
{
  push_field(L, index, name);
  return rtk_options_to_boolean(L, index, name);
}
