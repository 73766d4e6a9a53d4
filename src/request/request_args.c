/* SPDX-License-Identifier: MIT */
#include "request/request_args.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/options.h"
#include "file/output_file.h"
#include "request/header_lines.h"
#include "select/selection.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Counts above these are taken for them: doubles that convert safely. */
#define MAX_LONG 2000000000.0
#define MAX_STALL 65535.0 /* seconds; libcurl 8 refuses more */
#define MAX_BYTES 9e18

#define DEFAULT_CHUNK (128 * 1024) /* bytes */
#define MAX_CHUNK (64 * 1024 * 1024)
#define MIN_INTERVAL 0.001 /* seconds */

enum field {
  METHOD,
  URL,
  BODY,
  TIMEOUT,
  CONNECT_TIMEOUT,
  MAX_RESPONSE_BYTES,
  RAW,
  SELECTION,
  FRESH,
  REACH,
  STREAM,
  HEADERS,
  RESUME
};

static const char *const names[RTK_REQUEST_FIELDS] = {
    [METHOD] = "method",
    [URL] = "url",
    [BODY] = "body",
    [TIMEOUT] = "timeout",
    [CONNECT_TIMEOUT] = "connect_timeout",
    [MAX_RESPONSE_BYTES] = "max_response_bytes",
    [RAW] = "raw",
    [SELECTION] = "selection",
    [FRESH] = "fresh",
    [REACH] = "reach",
    [STREAM] = "stream",
    [HEADERS] = "headers",
    [RESUME] = "resume",
};

static const char *const methods[] = {"GET",   "HEAD",   "POST",   "PUT",
                                      "PATCH", "DELETE", "OPTIONS"};

void rtk_request_args_push_names(lua_State *L)
{
  int i;
  luaL_checkstack(L, RTK_REQUEST_FIELDS, "names of fields");
  for (i = 0; i < RTK_REQUEST_FIELDS; i++)
    lua_pushstring(L, names[i]);
}

/* [-0, +1, -] */
static void push_field(lua_State *L, int index, enum field field)
{
  lua_pushvalue(L, lua_upvalueindex(2 + (int)field));
  lua_rawget(L, index);
}

/* These take a field as the functions of options.h do. */

static const char *read_string(lua_State *L, int index, enum field field,
                               size_t *length)
{
  push_field(L, index, field);
  return rtk_options_to_string(L, index, names[field], length);
}

static lua_Number read_number(lua_State *L, int index, enum field field,
                              lua_Number standard, lua_Number minimum)
{
  push_field(L, index, field);
  return rtk_options_to_number(L, index, names[field], standard, minimum);
}

static bool read_boolean(lua_State *L, int index, enum field field)
{
  push_field(L, index, field);
  return rtk_options_to_boolean(L, index, names[field]);
}

bool rtk_request_args_is_flow(lua_State *L, int index)
{
  bool has_id;
  push_field(L, index, RESUME);
  has_id = !lua_isnil(L, -1);
  lua_pop(L, 1);
  return has_id;
}

static const char *check_method(lua_State *L, int index)
{
  const char *method = read_string(L, index, METHOD, NULL);
  size_t i;
  for (i = 0; method && i < sizeof methods / sizeof *methods; i++)
    if (strcmp(method, methods[i]) == 0)
      return methods[i];
  rtk_options_error(L, index, "method",
                    "must be one of GET HEAD POST PUT PATCH DELETE OPTIONS");
  return NULL;
}

/* Why a URL is not good, or NULL. Looks no further than safety demands. */
static const char *url_defect(const char *url, size_t length)
{
  size_t scheme = 0;
  size_t i;
  for (i = 0; i < length; i++)
    if ((unsigned char)url[i] <= ' ' || url[i] == 0x7f)
      return "must not hold spaces or control characters";
  if (length >= 8 && rtk_ascii_equal(url, "https://", 8))
    scheme = 8;
  else if (length >= 7 && rtk_ascii_equal(url, "http://", 7))
    scheme = 7;
  else
    return "must begin with http:// or https://";
  i = strcspn(url + scheme, "/?#");
  if (i == 0)
    return "must name a host";
  if (memchr(url + scheme, '@', i))
    return "must not hold credentials";
  return NULL;
}

static void check_url(lua_State *L, int index, struct rtk_request_args *args)
{
  const char *defect = "is missing";
  args->url = read_string(L, index, URL, &args->url_length);
  if (args->url)
    defect = url_defect(args->url, args->url_length);
  if (defect)
    rtk_options_error(L, index, "url", defect);
}

static void check_body(lua_State *L, int index, struct rtk_request_args *args)
{
  args->body = read_string(L, index, BODY, &args->body_length);
  /* POST, PUT and PATCH say that they have none. */
  args->has_length = args->body || args->method[0] == 'P';
  if (args->body &&
      (strcmp(args->method, "GET") == 0 || strcmp(args->method, "HEAD") == 0))
    rtk_options_error(L, index, "body", "does not go with GET or HEAD");
}

static void check_selection(lua_State *L, int index,
                            struct rtk_request_args *args)
{
  struct rtk_selection selection;
  args->selection = read_string(L, index, SELECTION, &args->selection_length);
  if (args->selection &&
      !rtk_selection_read(&selection, args->selection, args->selection_length))
    rtk_options_error(L, index, "selection", "must be a selection of fields");
}

static enum rtk_reach check_reach(lua_State *L, int index)
{
  const char *reach = read_string(L, index, REACH, NULL);
  if (!reach)
    return RTK_REACH_ANY;
  if (strcmp(reach, "public") == 0)
    return RTK_REACH_PUBLIC;
  if (strcmp(reach, "loopback") == 0)
    return RTK_REACH_LOOPBACK;
  rtk_options_error(L, index, "reach", "must be one of public loopback");
  return RTK_REACH_PUBLIC;
}

/* A number of seconds or bytes that libcurl takes as a long. */
static long read_long(lua_State *L, int index, const char *name,
                      lua_Number most)
{
  lua_Number number = rtk_options_number(L, index, name, 0, 0);
  return (long)(number < most ? number : most);
}

static void read_stream(lua_State *L, int index, struct rtk_request_args *args)
{
  args->is_streamed = read_boolean(L, index, STREAM);
  if (!args->is_streamed)
    return;
  args->min_speed = read_long(L, index, "min_speed", MAX_LONG);
  args->stall_timeout = read_long(L, index, "stall_timeout", MAX_STALL);
}

/* A count of bytes that fits into an offset. */
static int64_t read_bytes(lua_State *L, int index, const char *name,
                          lua_Number standard)
{
  lua_Number bytes = rtk_options_number(L, index, name, standard, 0);
  return bytes < MAX_BYTES ? (int64_t)bytes : INT64_MAX;
}

/* The descriptor of the field "file", or -1. [-0, +1, e] */
static int read_file(lua_State *L, int index)
{
  lua_pushliteral(L, "file");
  lua_rawget(L, index);
  return lua_isnil(L, -1) ? -1 : output_file_descriptor(L, lua_gettop(L));
}

lua_Number rtk_request_args_read_flow(lua_State *L, int index,
                                      struct rtk_stream_flow *flow)
{
  lua_Number id = rtk_options_number(L, index, "resume", 0, 1);
  lua_Number interval =
      rtk_options_number(L, index, "interval", HUGE_VAL, MIN_INTERVAL);
  lua_Number chunk;
  flow->limit = read_bytes(L, index, "limit", HUGE_VAL);
  flow->offset = read_bytes(L, index, "offset", 0);
  chunk = rtk_options_number(L, index, "chunk", DEFAULT_CHUNK, 1);
  flow->chunk = chunk < MAX_CHUNK ? (size_t)chunk : (size_t)MAX_CHUNK;
  flow->interval =
      interval < HUGE_VAL ? rtk_clock_duration(interval) : RTK_CLOCK_NEVER;
  flow->fd = read_file(L, index);
  return id;
}

void rtk_request_args_read(lua_State *L, int index,
                           struct rtk_request_args *args,
                           struct rtk_buffer *lines)
{
  double limit;
  memset(args, 0, sizeof *args);
  luaL_checktype(L, index, LUA_TTABLE);
  args->method = check_method(L, index);
  check_url(L, index, args);
  check_body(L, index, args);
  args->timeout =
      read_number(L, index, TIMEOUT, RTK_DEFAULT_TIMEOUT, RTK_MIN_TIMEOUT);
  args->connect_timeout = read_number(
      L, index, CONNECT_TIMEOUT, RTK_DEFAULT_CONNECT_TIMEOUT, RTK_MIN_TIMEOUT);
  limit = read_number(L, index, MAX_RESPONSE_BYTES,
                      RTK_DEFAULT_MAX_RESPONSE_BYTES, 1);
  args->max_response_bytes =
      limit < (double)(SIZE_MAX / 2) ? (size_t)limit : SIZE_MAX / 2;
  args->raw = read_boolean(L, index, RAW);
  check_selection(L, index, args);
  args->fresh = read_boolean(L, index, FRESH);
  args->reach = check_reach(L, index);
  read_stream(L, index, args);
  push_field(L, index, HEADERS);
  rtk_header_lines_read(L, index, args, lines);
}
