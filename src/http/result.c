/* SPDX-License-Identifier: MIT */
#include "http/result.h"
#include "base/compat.h"
#include "failure/failure_kind.h"
#include "failure/failure_message.h"
#include "json/json.h"

/* Upvalue of the converter. */
#define CODEC lua_upvalueindex(1)

/* The most fields a result has, and the call that Lua adds. */
#define FIELDS 8

static void set_number(lua_State *L, const char *name, double value)
{
  lua_pushnumber(L, value);
  lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, int64_t value)
{
  lua_pushinteger(L, (lua_Integer)value);
  lua_setfield(L, -2, name);
}

static void set_bytes(lua_State *L, const char *name,
                      const struct rtk_buffer *buffer)
{
  lua_pushlstring(L, buffer->length ? buffer->data : "", buffer->length);
  lua_setfield(L, -2, name);
}

/* Sets value, or text and why it is no value. */
static void set_body(lua_State *L, int codec, const struct rtk_request *request)
{
  const struct rtk_buffer *body = &request->body;
  char message[RTK_JSON_ERROR_SIZE];
  if (request->raw) {
    set_bytes(L, "text", body);
    return;
  }
  if (body->length == 0)
    return;
  if (rtk_json_decode(L, codec, body->data, body->length, message)) {
    lua_setfield(L, -2, "value");
    return;
  }
  set_bytes(L, "text", body);
  lua_pushstring(L, message);
  lua_setfield(L, -2, "message");
}

static void set_reply(lua_State *L, int codec,
                      const struct rtk_request *request)
{
  set_integer(L, "status", request->status);
  set_bytes(L, "headers", &request->headers);
  set_number(L, "connect_time", request->connect_time);
  set_number(L, "first_byte_time", request->first_byte_time);
  set_body(L, codec, request);
}

static void set_failure(lua_State *L, const struct rtk_request *request)
{
  char message[RTK_FAILURE_SIZE];
  lua_pushstring(L, rtk_failure_kind(request));
  lua_setfield(L, -2, "kind");
  rtk_failure_message(request, message);
  lua_pushstring(L, message);
  lua_setfield(L, -2, "message");
  lua_pushboolean(L, rtk_failure_is_sent(request));
  lua_setfield(L, -2, "sent");
  if (request->status)
    set_integer(L, "status", request->status);
  if (request->headers_complete)
    set_bytes(L, "headers", &request->headers);
}

static void push_result(lua_State *L, int codec,
                        const struct rtk_request *request)
{
  luaL_checkstack(L, 4, "result of a request");
  lua_createtable(L, 0, FIELDS);
  set_integer(L, "id", request->id);
  set_number(L, "elapsed", request->elapsed);
  if (rtk_failure_is(request))
    set_failure(L, request);
  else
    set_reply(L, codec, request);
}

/* (engine, limit, collect) -> results of its first finished requests. Collects
   garbage before if the third argument is true. */
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
    push_result(L, CODEC, request);
    lua_rawseti(L, -2, i);
    request = request->next;
  }
  rtk_engine_drop_finished(engine, count);
  return 1;
}

void rtk_result_push_converter(lua_State *L, int codec)
{
  lua_pushvalue(L, codec);
  lua_pushcclosure(L, convert, 1);
}

/* Calls convert. Returns what lua_pcall does. [-0, +1, -] */
static int push_results(lua_State *L, int converter, struct rtk_engine *engine,
                        int limit, int collect)
{
  lua_pushvalue(L, converter);
  lua_pushlightuserdata(L, engine);
  lua_pushinteger(L, limit);
  lua_pushboolean(L, collect);
  return lua_pcall(L, 3, 1, 0);
}

/* The same for a first request whose reply there is no memory for. */
static int push_shortage(lua_State *L, int converter, struct rtk_engine *engine)
{
  struct rtk_request *request = engine->finished.first;
  int status;
  if (rtk_failure_is(request))
    return LUA_ERRMEM;
  request->abort_reason = RTK_ABORT_NO_MEMORY;
  status = push_results(L, converter, engine, 1, 1);
  if (status != 0)
    request->abort_reason = RTK_NOT_ABORTED;
  return status;
}

int rtk_result_push_all(lua_State *L, int converter, struct rtk_engine *engine,
                        int limit)
{
  int status = push_results(L, converter, engine, limit, 0);
  if (status == LUA_ERRMEM)
    status = push_results(L, converter, engine, 1, 1);
  if (status == LUA_ERRMEM)
    status = push_shortage(L, converter, engine);
  return status;
}
