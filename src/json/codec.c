/* SPDX-License-Identifier: MIT */
#include "json/codec.h"

#include <string.h>

/* The most JSON text one call may build, in bytes. */
#define SCRATCH_LIMIT ((size_t)1 << 30)
/* A scratch buffer of up to this many bytes is kept between calls. */
#define SCRATCH_KEEP ((size_t)64 * 1024)

static int scratch_gc(lua_State *L)
{
  struct rtk_json_scratch *scratch = lua_touserdata(L, 1);
  rtk_buffer_free(&scratch->buffer);
  return 0;
}

/* [-0, +1, m] Puts a new scratch buffer into the codec and pushes it. */
static struct rtk_json_scratch *new_scratch(lua_State *L, int codec)
{
  struct rtk_json_scratch *scratch = rtk_newuserdata(L, sizeof *scratch);
  rtk_buffer_init(&scratch->buffer, SCRATCH_LIMIT);
  scratch->busy = false;
  lua_rawgeti(L, codec, RTK_JSON_SCRATCH_METATABLE);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawseti(L, codec, RTK_JSON_SCRATCH);
  return scratch;
}

struct rtk_json_scratch *rtk_json_claim_scratch(lua_State *L, int codec)
{
  struct rtk_json_scratch *scratch;
  lua_rawgeti(L, codec, RTK_JSON_SCRATCH);
  scratch = lua_touserdata(L, -1);
  if (scratch->busy) {
    lua_pop(L, 1);
    scratch = new_scratch(L, codec);
  }
  scratch->busy = true;
  return scratch;
}

void rtk_json_release_scratch(struct rtk_json_scratch *scratch)
{
  rtk_buffer_clear(&scratch->buffer, SCRATCH_KEEP);
  scratch->busy = false;
}

void rtk_json_raise_memory(lua_State *L, struct rtk_json_scratch *scratch)
{
  rtk_json_release_scratch(scratch);
  lua_pushliteral(L, "not enough memory");
  (void)lua_error(L);
}

static void push_cache(lua_State *L)
{
  struct rtk_json_cache *cache = rtk_newuserdata(L, sizeof *cache);
  rtk_json_init_cache(cache);
}

static void push_scratch_metatable(lua_State *L)
{
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, scratch_gc);
  lua_setfield(L, -2, "__gc");
}

static void push_array_metatable(lua_State *L)
{
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "array");
  lua_setfield(L, -2, "__jsontype");
}

static void push_new(lua_State *L)
{
  int codec;
  int i;
  lua_createtable(L, RTK_JSON_SLOTS, 0);
  codec = lua_gettop(L);
  /* Fill every slot: later stores never allocate. */
  for (i = RTK_JSON_KEY; i <= RTK_JSON_SLOTS; i++) {
    lua_pushliteral(L, "");
    lua_rawseti(L, codec, i);
  }
  push_cache(L);
  lua_rawseti(L, codec, RTK_JSON_CACHE);
  push_scratch_metatable(L);
  lua_rawseti(L, codec, RTK_JSON_SCRATCH_METATABLE);
  push_array_metatable(L);
  lua_rawseti(L, codec, RTK_JSON_ARRAY_METATABLE);
  lua_pushliteral(L, "__jsontype");
  lua_rawseti(L, codec, RTK_JSON_TYPE_KEY);
  lua_pushliteral(L, "__pairs");
  lua_rawseti(L, codec, RTK_JSON_PAIRS_KEY);
  lua_pushliteral(L, "__index");
  lua_rawseti(L, codec, RTK_JSON_INDEX_KEY);
  lua_pushliteral(L, "__apart");
  lua_rawseti(L, codec, RTK_JSON_APART_KEY);
  lua_newtable(L);
  lua_rawseti(L, codec, RTK_JSON_RESERVED);
  new_scratch(L, codec);
  lua_pop(L, 1);
}

/* The key of the registry that the state's codec has. */
static const char codec_key;

void rtk_json_push_codec(lua_State *L)
{
  lua_pushlightuserdata(L, (void *)&codec_key);
  lua_rawget(L, LUA_REGISTRYINDEX);
  if (!lua_isnil(L, -1))
    return;
  lua_pop(L, 1);
  push_new(L);
  lua_pushlightuserdata(L, (void *)&codec_key);
  lua_pushvalue(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

void rtk_json_push_array_metatable(lua_State *L, int codec)
{
  lua_rawgeti(L, codec, RTK_JSON_ARRAY_METATABLE);
}
