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

/* Forgets the keys, which were looked up among fewer names. A text that is
   being decoded goes on with new objects. [-0, +0, m] */
static void forget_keys(lua_State *L, struct rtk_json_cache *cache)
{
  uint64_t serial = cache->serial;
  unsigned reservations = cache->reservations;
  rtk_json_forget_strings(L, RTK_CODEC, cache);
  cache->serial = serial + 1;
  cache->reservations = reservations;
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
  forget_keys(L, cache);
  lua_pushinteger(L, (lua_Integer)++cache->reservations);
  return 1;
}
