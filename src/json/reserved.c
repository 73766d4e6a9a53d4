/* SPDX-License-Identifier: MIT */
#include "json/codec.h"

static struct rtk_json_cache *cache_of(lua_State *L, int codec)
{
  struct rtk_json_cache *cache;
  lua_rawgeti(L, codec, RTK_JSON_CACHE);
  cache = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return cache;
}

unsigned rtk_json_unreserved(lua_State *L, int codec)
{
  return cache_of(L, codec)->unreserved;
}

/* Looks the keys in the cache up again, in the set of names at index names,
   which had fewer. [-0, +0, -] */
static void mark_keys(lua_State *L, int names, struct rtk_json_cache *cache)
{
  int slot;
  for (slot = 0; slot < RTK_JSON_KEYS; slot++) {
    lua_rawgeti(L, RTK_CODEC, RTK_JSON_KEY + slot);
    lua_rawget(L, names);
    cache->keys[slot].key_hint.is_reserved = lua_toboolean(L, -1);
    lua_pop(L, 1);
  }
}

int json_reserve(lua_State *L)
{
  struct rtk_json_cache *cache = cache_of(L, RTK_CODEC);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_rawgeti(L, RTK_CODEC, RTK_JSON_RESERVED);
  lua_pushnil(L);
  while (lua_next(L, 1)) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, true);
    lua_rawset(L, 2);
  }
  mark_keys(L, 2, cache);
  lua_pushinteger(L, (lua_Integer)++cache->reservations);
  return 1;
}
