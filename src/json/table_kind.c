/* SPDX-License-Identifier: MIT */
#include "json/table_kind.h"

#include "json/codec.h"

/* Longer chains of __index are taken for endless. */
#define MAX_PARENTS 32

/* [-0, +1, -] Pushes a field of the metatable on top; its name is in a slot of
   the codec, since making a string may collect garbage. */
static int push_field(lua_State *L, int codec, enum rtk_json_slot name)
{
  lua_rawgeti(L, codec, (int)name);
  lua_rawget(L, -2);
  return lua_type(L, -1);
}

/* Whether a member of a class, key and value on top, is data of its objects. */
static bool is_data(lua_State *L)
{
  if (lua_type(L, -1) == LUA_TFUNCTION)
    return false;
  return lua_type(L, -2) != LUA_TSTRING || lua_tostring(L, -2)[0] != '_';
}

/* Whether the table has a raw field of the key that is below the top. */
static bool has_own(lua_State *L, int table)
{
  bool has;
  lua_pushvalue(L, -2);
  lua_rawget(L, table);
  has = !lua_isnil(L, -1);
  lua_pop(L, 1);
  return has;
}

/* Whether the class on top has data that the table has not. */
static bool adds_data(lua_State *L, int table)
{
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    if (is_data(L) && !has_own(L, table)) {
      lua_pop(L, 2);
      return true;
    }
    lua_pop(L, 1);
  }
  return false;
}

/* Whether the __index on top, of a table, leads to data. */
static bool hides_data(lua_State *L, int codec, int table)
{
  int top = lua_gettop(L);
  int parents;
  bool hides = false;
  for (parents = 0; !hides && !lua_isnil(L, top); parents++) {
    hides =
        parents == MAX_PARENTS || !lua_istable(L, top) || adds_data(L, table);
    if (hides || !lua_getmetatable(L, top))
      break;
    (void)push_field(L, codec, RTK_JSON_INDEX_KEY);
    lua_replace(L, top);
    lua_pop(L, 1);
  }
  return hides;
}

/* What the table is whose metatable is on top. */
static enum rtk_json_table kind_of(lua_State *L, int codec, int table)
{
  if (push_field(L, codec, RTK_JSON_PAIRS_KEY) != LUA_TNIL) {
    lua_pop(L, 1);
    return push_field(L, codec, RTK_JSON_APART_KEY) == LUA_TTABLE
               ? RTK_JSON_APART
               : RTK_JSON_PAIRS;
  }
  lua_pop(L, 1);
  if (push_field(L, codec, RTK_JSON_TYPE_KEY) == LUA_TSTRING)
    return strcmp(lua_tostring(L, -1), "array") == 0 ? RTK_JSON_ARRAY
                                                     : RTK_JSON_PLAIN;
  lua_pop(L, 1);
  (void)push_field(L, codec, RTK_JSON_INDEX_KEY);
  return hides_data(L, codec, table) ? RTK_JSON_HIDDEN : RTK_JSON_PLAIN;
}

enum rtk_json_table rtk_json_table_kind(lua_State *L, int codec)
{
  enum rtk_json_table kind;
  int table;
  if (!lua_getmetatable(L, -1))
    return RTK_JSON_PLAIN;
  table = lua_gettop(L) - 1;
  rtk_json_push_array_metatable(L, codec);
  if (lua_rawequal(L, -1, -2)) {
    kind = RTK_JSON_ARRAY;
  } else {
    lua_pop(L, 1);
    kind = kind_of(L, codec, table);
  }
  lua_settop(L, table);
  return kind;
}

int json_table_kind(lua_State *L)
{
  static const char *const names[] = {"plain", "array", "pairs", "pairs",
                                      "hidden"};
  enum rtk_json_table kind;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  kind = rtk_json_table_kind(L, RTK_CODEC);
  lua_pushstring(L, names[kind]);
  if (kind != RTK_JSON_PAIRS && kind != RTK_JSON_APART)
    return 1;
  (void)lua_getmetatable(L, 1);
  lua_rawgeti(L, RTK_CODEC, RTK_JSON_PAIRS_KEY);
  lua_rawget(L, -2);
  lua_remove(L, -2);
  return 2;
}

void rtk_json_replace_by_apart(lua_State *L, int codec)
{
  (void)lua_getmetatable(L, -1);
  (void)push_field(L, codec, RTK_JSON_APART_KEY);
  lua_replace(L, -3);
  lua_pop(L, 1);
}
