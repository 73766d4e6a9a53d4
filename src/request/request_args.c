/* SPDX-License-Identifier: MIT */
#include "request/request_args.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/options.h"
#include "file/output_file.h"
#include "select/selection.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Counts above these are taken for them: doubles that convert safely. */
#define MAX_LONG 2000000000.0
#define MAX_BYTES 9e18

#define DEFAULT_CHUNK (128 * 1024) /* bytes */
#define MAX_CHUNK (64 * 1024 * 1024)
#define MIN_INTERVAL 0.001 /* seconds */

/* Header lines above this are not kept between requests. */
#define KEPT_BYTES ((size_t)64 * 1024)

static const char *const methods[] = {"GET",   "HEAD",   "POST",   "PUT",
                                      "PATCH", "DELETE", "OPTIONS"};

/* These decide how a message is framed, which is up to the transport. */
static const struct {
  const char *name;
  size_t length;
} framing[] = {
    {"Content-Length", 14},
    {"Transfer-Encoding", 17},
    {"Expect", 6},
    {"Connection", 10},
};

static const char *check_method(lua_State *L, int index)
{
  const char *method = rtk_options_string(L, index, "method", NULL);
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
  args->url = rtk_options_string(L, index, "url", &args->url_length);
  if (args->url)
    defect = url_defect(args->url, args->url_length);
  if (defect)
    rtk_options_error(L, index, "url", defect);
}

/* A bit for each of the ASCII characters that a name may have: letters, digits
   and !#$%&'*+-.^_`|~ */
static bool is_token_character(unsigned char c)
{
  static const uint32_t tokens[4] = {0, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff};
  return c < 128 && (tokens[c / 32] >> (c % 32) & 1) != 0;
}

static bool is_framing(const char *name, size_t length)
{
  size_t i;
  for (i = 0; i < sizeof framing / sizeof *framing; i++)
    if (framing[i].length == length &&
        rtk_ascii_equal(name, framing[i].name, length))
      return true;
  return false;
}

static size_t name_length(const char *line, size_t length)
{
  size_t name = 0;
  while (name < length && is_token_character((unsigned char)line[name]))
    name++;
  return name;
}

/* Why a header line is not good, or NULL. */
static const char *header_defect(const char *line, size_t length, size_t name)
{
  size_t i;
  if (name == 0 || name == length || line[name] != ':')
    return "must hold lines like \"Name: value\"";
  for (i = name; i < length; i++)
    if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f)
      return "must not hold control characters";
  if (is_framing(line, name))
    return "must not set Content-Length, Transfer-Encoding, Expect or "
           "Connection";
  return NULL;
}

/* Appends a line; without a value it is "Name;", which is libcurl's way to send
   such a header. False when out of memory. */
static bool append_line(struct rtk_buffer *lines, const char *line,
                        size_t length, size_t name)
{
  bool is_empty = name + 1 + strspn(line + name + 1, " \t") >= length;
  if (is_empty)
    length = name;
  return rtk_buffer_append(lines, line, length) == RTK_BUFFER_OK &&
         (!is_empty || rtk_buffer_append(lines, ";", 1) == RTK_BUFFER_OK) &&
         rtk_buffer_append(lines, "", 1) == RTK_BUFFER_OK;
}

/* Notes a header that would be sent otherwise if it were not given. */
static void note_header(struct rtk_request_args *args, const char *line,
                        size_t name)
{
  if (name == 12 && rtk_ascii_equal(line, "Content-Type", name))
    args->has_content_type = true;
  else if (name == 15 && rtk_ascii_equal(line, "Accept-Encoding", name))
    args->has_accept_encoding = true;
}

/* Reads the line on top of the stack. [-0, +0, e] */
static void read_header(lua_State *L, int index, struct rtk_request_args *args,
                        struct rtk_buffer *lines)
{
  const char *line = "";
  const char *defect = "must hold strings only";
  size_t length = 0;
  size_t name = 0;
  if (lua_type(L, -1) == LUA_TSTRING) {
    line = lua_tolstring(L, -1, &length);
    name = name_length(line, length);
    defect = header_defect(line, length, name);
  }
  if (defect) {
    rtk_options_error(L, index, "headers", defect);
    return;
  }
  note_header(args, line, name);
  if (!append_line(lines, line, length, name))
    luaL_error(L, "not enough memory");
}

/*
 * Copies the lines: no text of them all is made in the state. To be read last:
 * a finalizer, which any allocation may run, may send a request, too.
 */
static void read_headers(lua_State *L, int index, struct rtk_request_args *args,
                         struct rtk_buffer *lines)
{
  int i;
  lua_pushliteral(L, "headers");
  lua_rawget(L, index);
  rtk_buffer_clear(lines, KEPT_BYTES);
  if (lua_isnil(L, -1))
    return;
  if (!lua_istable(L, -1))
    rtk_options_error(L, index, "headers", "must be a table");
  args->header_count = rtk_rawlen(L, -1);
  if (args->header_count > RTK_MAX_HEADERS)
    rtk_options_error(L, index, "headers", "must hold 256 lines at most");
  for (i = 1; i <= (int)args->header_count; i++) {
    lua_rawgeti(L, -1, i);
    read_header(L, index, args, lines);
    lua_pop(L, 1);
  }
  args->headers = lines->data;
  args->headers_length = lines->length;
}

static void check_body(lua_State *L, int index, struct rtk_request_args *args)
{
  args->body = rtk_options_string(L, index, "body", &args->body_length);
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
  args->selection =
      rtk_options_string(L, index, "selection", &args->selection_length);
  if (args->selection &&
      !rtk_selection_read(&selection, args->selection, args->selection_length))
    rtk_options_error(L, index, "selection", "must be a selection of fields");
}

static enum rtk_reach check_reach(lua_State *L, int index)
{
  const char *reach = rtk_options_string(L, index, "reach", NULL);
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
static long read_long(lua_State *L, int index, const char *name)
{
  lua_Number number = rtk_options_number(L, index, name, 0, 0);
  return number < MAX_LONG ? (long)number : (long)MAX_LONG;
}

static void read_stream(lua_State *L, int index, struct rtk_request_args *args)
{
  args->is_streamed = rtk_options_boolean(L, index, "stream");
  if (!args->is_streamed)
    return;
  args->min_speed = read_long(L, index, "min_speed");
  args->stall_timeout = read_long(L, index, "stall_timeout");
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
  args->timeout = rtk_options_number(L, index, "timeout", RTK_DEFAULT_TIMEOUT,
                                     RTK_MIN_TIMEOUT);
  args->connect_timeout =
      rtk_options_number(L, index, "connect_timeout",
                         RTK_DEFAULT_CONNECT_TIMEOUT, RTK_MIN_TIMEOUT);
  limit = rtk_options_number(L, index, "max_response_bytes",
                             RTK_DEFAULT_MAX_RESPONSE_BYTES, 1);
  args->max_response_bytes =
      limit < (double)(SIZE_MAX / 2) ? (size_t)limit : SIZE_MAX / 2;
  args->raw = rtk_options_boolean(L, index, "raw");
  check_selection(L, index, args);
  args->fresh = rtk_options_boolean(L, index, "fresh");
  args->reach = check_reach(L, index);
  read_stream(L, index, args);
  read_headers(L, index, args, lines);
}
