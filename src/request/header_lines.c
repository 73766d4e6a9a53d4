/* SPDX-License-Identifier: MIT */
#include "request/header_lines.h"
#include "base/ascii.h"
#include "base/limits.h"
#include "base/options.h"

#include <stdint.h>
#include <string.h>

/* Lines above this are not kept between requests. */
#define KEPT_BYTES ((size_t)64 * 1024)

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

/* The length of the name in a line that is the one at an offset, which was
   checked for the request before; 0 if it is another. */
static size_t known_name(const struct rtk_buffer *lines, size_t offset,
                         const char *line, size_t length)
{
  const char *known;
  const char *colon;
  if (offset >= lines->length)
    return 0;
  known = lines->data + offset;
  if (strlen(known) != length || memcmp(known, line, length) != 0)
    return 0;
  /* A line without a value was changed. */
  colon = memchr(line, ':', length);
  return colon ? (size_t)(colon - line) : 0;
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

/* Checks a line and copies it to an offset. Returns the length of its name. */
static size_t add_line(lua_State *L, int index, struct rtk_buffer *lines,
                       size_t offset, const char *line, size_t length)
{
  size_t name = name_length(line, length);
  const char *defect = header_defect(line, length, name);
  if (defect)
    rtk_options_error(L, index, "headers", defect);
  lines->length = offset;
  if (!append_line(lines, line, length, name)) {
    lines->length = offset;
    luaL_error(L, "not enough memory");
  }
  return name;
}

/* Reads the line on top of the stack, to an offset. Returns that behind it.
   [-0, +0, e] */
static size_t read_header(lua_State *L, int index,
                          struct rtk_request_args *args,
                          struct rtk_buffer *lines, size_t offset)
{
  const char *line;
  size_t length;
  size_t name;
  if (lua_type(L, -1) != LUA_TSTRING)
    rtk_options_error(L, index, "headers", "must hold strings only");
  line = lua_tolstring(L, -1, &length);
  name = known_name(lines, offset, line, length);
  if (name == 0)
    name = add_line(L, index, lines, offset, line, length);
  note_header(args, line, name);
  return offset + strlen(lines->data + offset) + 1;
}

void rtk_header_lines_read(lua_State *L, int index,
                           struct rtk_request_args *args,
                           struct rtk_buffer *lines)
{
  size_t end = 0;
  int i;
  if (lua_isnil(L, -1))
    return;
  if (!lua_istable(L, -1))
    rtk_options_error(L, index, "headers", "must be a table");
  args->header_count = rtk_rawlen(L, -1);
  if (args->header_count > RTK_MAX_HEADERS)
    rtk_options_error(L, index, "headers", "must hold 256 lines at most");
  if (lines->capacity > KEPT_BYTES)
    rtk_buffer_clear(lines, KEPT_BYTES);
  for (i = 1; i <= (int)args->header_count; i++) {
    lua_rawgeti(L, -1, i);
    end = read_header(L, index, args, lines, end);
    lua_pop(L, 1);
  }
  args->headers = lines->data;
  args->headers_length = end;
}
