/* SPDX-License-Identifier: MIT */
#include "http/result.h"
#include "base/compat.h"
#include "failure/failure_kind.h"
#include "failure/failure_message.h"
#include "http/fields.h"
#include "json/json.h"
#include "select/selection.h"

/* First upvalue of the converter; the others are the names of fields. */
#define CODEC lua_upvalueindex(1)

/* The most fields a result has, and those that Lua adds. */
#define SIZE 16

/* Whether a reply is to be read by the selection of its request: an error is
   read whole. */
static bool is_selected(const struct rtk_request *request,
                        struct rtk_selection *selection)
{
  const struct rtk_buffer *text = &request->selection;
  return text->length > 0 && request->status >= 200 && request->status < 300 &&
         rtk_selection_read(selection, text->data, text->length);
}

/* Sets value, and unreserved (json.h) if no key in it is a reserved name; or
   text and why it is no value. */
static void set_body(lua_State *L, int codec, const struct rtk_request *request)
{
  const struct rtk_buffer *body = &request->body;
  char message[RTK_JSON_ERROR_SIZE];
  struct rtk_selection selection;
  bool selects = is_selected(request, &selection);
  unsigned unreserved;
  if (request->raw) {
    rtk_field_set_bytes(L, RTK_FIELD_TEXT, body);
    return;
  }
  if (body->length == 0)
    return;
  rtk_field_push(L, RTK_FIELD_VALUE);
  if (rtk_json_decode(L, codec, body->data, body->length,
                      selects ? &selection : NULL, message)) {
    unreserved = rtk_json_unreserved(L, codec);
    lua_rawset(L, -3);
    if (unreserved > 0)
      rtk_field_set_integer(L, RTK_FIELD_UNRESERVED, unreserved);
    if (selects)
      rtk_field_set_boolean(L, RTK_FIELD_IS_SELECTED, true);
    return;
  }
  lua_pop(L, 1);
  rtk_field_set_bytes(L, RTK_FIELD_TEXT, body);
  rtk_field_set_string(L, RTK_FIELD_MESSAGE, message);
}

/* Sets the newest chunk of a stream, if there is one. */
static void set_chunk(lua_State *L, const struct rtk_request *request)
{
  if (request->body.length > 0)
    rtk_field_set_bytes(L, RTK_FIELD_TEXT, &request->body);
}

static void set_held(lua_State *L, const struct rtk_request *request)
{
  long status = 0;
  rtk_field_set_boolean(L, RTK_FIELD_HELD, true);
  curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
  rtk_field_set_integer(L, RTK_FIELD_STATUS, status);
  rtk_field_set_bytes(L, RTK_FIELD_HEADERS, &request->headers);
  set_chunk(L, request);
}

static void set_reply(lua_State *L, int codec,
                      const struct rtk_request *request)
{
  rtk_field_set_integer(L, RTK_FIELD_STATUS, request->status);
  rtk_field_set_bytes(L, RTK_FIELD_HEADERS, &request->headers);
  rtk_field_set_number(L, RTK_FIELD_CONNECT_TIME, request->connect_time);
  rtk_field_set_number(L, RTK_FIELD_FIRST_BYTE_TIME, request->first_byte_time);
  set_body(L, codec, request);
}

static void set_failure(lua_State *L, const struct rtk_request *request)
{
  char message[RTK_FAILURE_SIZE];
  const char *reason;
  rtk_field_set_string(L, RTK_FIELD_KIND, rtk_failure_kind(request));
  rtk_failure_message(request, message);
  rtk_field_set_string(L, RTK_FIELD_MESSAGE, message);
  rtk_field_set_boolean(L, RTK_FIELD_SENT, rtk_failure_is_sent(request));
  reason = rtk_failure_reason(request);
  if (reason)
    rtk_field_set_string(L, RTK_FIELD_REASON, reason);
  if (request->status)
    rtk_field_set_integer(L, RTK_FIELD_STATUS, request->status);
  if (request->headers_complete)
    rtk_field_set_bytes(L, RTK_FIELD_HEADERS, &request->headers);
  if (request->stream.phase != RTK_STREAM_NONE)
    set_chunk(L, request);
}

static void push_result(lua_State *L, int codec,
                        const struct rtk_request *request)
{
  luaL_checkstack(L, 5, "result of a request");
  lua_createtable(L, 0, SIZE);
  rtk_field_set_integer(L, RTK_FIELD_ID, request->id);
  rtk_field_set_number(L, RTK_FIELD_ELAPSED,
                       request->stream.phase == RTK_STREAM_DUE
                           ? rtk_request_elapsed(request)
                           : request->elapsed);
  if (request->stream.phase != RTK_STREAM_NONE)
    rtk_field_set_integer(L, RTK_FIELD_RECEIVED, request->stream.received);
  if (request->stream.phase == RTK_STREAM_DUE)
    set_held(L, request);
  else if (rtk_request_has_failed(request))
    set_failure(L, request);
  else
    set_reply(L, codec, request);
}

/* Adds the results of the first count streams that are due to the array on top,
   which has some. */
static void add_due(lua_State *L, const struct rtk_engine *engine, int some,
                    int count)
{
  const struct rtk_request *request = engine->in_flight.first;
  for (; request && count > 0; request = request->next) {
    if (request->stream.phase != RTK_STREAM_DUE)
      continue;
    push_result(L, CODEC, request);
    lua_rawseti(L, -2, ++some);
    count--;
  }
}

static int at_most(int count, int limit)
{
  return count < limit ? count : limit;
}

/* Pushes the array of results. */
static void push_array(lua_State *L, struct rtk_engine *engine, int limit)
{
  const struct rtk_request *request = engine->finished.first;
  int count = at_most(engine->finished.count, limit);
  int due = at_most(engine->poller.due, limit - count);
  int i;
  lua_createtable(L, count + due, 0);
  for (i = 1; i <= count; i++) {
    push_result(L, CODEC, request);
    lua_rawseti(L, -2, i);
    request = request->next;
  }
  add_due(L, engine, count, due);
  rtk_engine_drop_finished(engine, count);
  rtk_engine_note_reported(engine, due);
}

/* (engine, limit, collect) -> results of its first finished requests and of the
   streams that are due, or the first result alone. Collects garbage before if
   the third argument is true. */
static int convert(lua_State *L)
{
  struct rtk_engine *engine = lua_touserdata(L, 1);
  int limit = (int)lua_tointeger(L, 2);
  if (lua_toboolean(L, 3))
    lua_gc(L, LUA_GCCOLLECT, 0);
  if (limit == RTK_RESULT_ALONE) {
    push_result(L, CODEC, engine->finished.first);
    rtk_engine_drop_finished(engine, 1);
  } else {
    push_array(L, engine, limit);
  }
  return 1;
}

void rtk_result_push_converter(lua_State *L, int codec)
{
  lua_pushvalue(L, codec);
  rtk_fields_push(L);
  lua_pushcclosure(L, convert, 1 + RTK_FIELDS);
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
static int push_shortage(lua_State *L, int converter, struct rtk_engine *engine,
                         int limit)
{
  struct rtk_request *request = engine->finished.first;
  int status;
  if (!request) {
    rtk_engine_abort_due(engine, RTK_ABORT_NO_MEMORY);
    return push_results(L, converter, engine, limit, 1);
  }
  if (rtk_request_has_failed(request))
    return LUA_ERRMEM;
  request->abort_reason = RTK_ABORT_NO_MEMORY;
  status = push_results(L, converter, engine, limit, 1);
  if (status != 0)
    request->abort_reason = RTK_NOT_ABORTED;
  return status;
}

int rtk_result_push(lua_State *L, int converter, struct rtk_engine *engine,
                    int limit)
{
  int least = at_most(1, limit);
  int status = push_results(L, converter, engine, limit, 0);
  if (status == LUA_ERRMEM)
    status = push_results(L, converter, engine, least, 1);
  if (status == LUA_ERRMEM)
    status = push_shortage(L, converter, engine, least);
  return status;
}
