/* SPDX-License-Identifier: MIT */
#include "http/harvest.h"
#include "failure/failure_message.h"
#include "http/result.h"

/* Upvalue of the harvester. */
#define CODEC lua_upvalueindex(1)

/* (engine, limit, collect) -> results of its first finished requests. Collects
   garbage before if it is told to. */
static int convert(lua_State *L)
{
  struct rtk_engine *engine = lua_touserdata(L, 1);
  const struct rtk_request *request = engine->finished.first;
  int limit = (int)lua_tointeger(L, 2);
  int count = engine->finished.count < limit ? engine->finished.count : limit;
  int i;
  if (lua_toboolean(L, 3))
    lua_gc(L, LUA_GCCOLLECT, 0);
  lua_createtable(L, count, 0);
  for (i = 1; i <= count; i++) {
    rtk_result_push(L, CODEC, request);
    lua_rawseti(L, -2, i);
    request = request->next;
  }
  rtk_engine_take(engine, count);
  return 1;
}

void rtk_harvester_push(lua_State *L, int codec)
{
  lua_pushvalue(L, codec);
  lua_pushcclosure(L, convert, 1);
}

/* Calls convert. Returns what lua_pcall does. [-0, +1, -] */
static int push_results(lua_State *L, int harvester, struct rtk_engine *engine,
                        int limit, int collect)
{
  lua_pushvalue(L, harvester);
  lua_pushlightuserdata(L, engine);
  lua_pushinteger(L, limit);
  lua_pushboolean(L, collect);
  return lua_pcall(L, 3, 1, 0);
}

/* The same for a first request whose reply there is no memory for. */
static int push_shortage(lua_State *L, int harvester, struct rtk_engine *engine)
{
  struct rtk_request *request = engine->finished.first;
  int status;
  if (rtk_failure_is(request))
    return LUA_ERRMEM;
  request->end = RTK_REQUEST_NO_MEMORY;
  status = push_results(L, harvester, engine, 1, 1);
  if (status != 0)
    request->end = RTK_REQUEST_BY_LIBCURL;
  return status;
}

int rtk_harvest(lua_State *L, int harvester, struct rtk_engine *engine,
                int most)
{
  int status = push_results(L, harvester, engine, most, 0);
  if (status == LUA_ERRMEM)
    status = push_results(L, harvester, engine, 1, 1);
  if (status == LUA_ERRMEM)
    status = push_shortage(L, harvester, engine);
  return status;
}
