/* SPDX-License-Identifier: MIT */
#include "json/scalar_writer.h"

#include "text/plain.h"
#include "number/number.h"

#include <math.h>

/* The longest escape, \u0000, in bytes. */
#define ESCAPE_SIZE 6

void rtk_json_grow(struct rtk_json_writer *w, size_t size)
{
  enum rtk_buffer_result result = rtk_buffer_reserve(&w->scratch->buffer, size);
  if (result == RTK_BUFFER_OK)
    return;
  if (result == RTK_BUFFER_NO_MEMORY)
    rtk_json_raise_memory(w->L, w->scratch);
  rtk_json_release_scratch(w->scratch);
  (void)luaL_error(w->L, "cannot encode more than 1 GiB of JSON text");
}

/* Inline, since most lengths are constants. */
static inline void put(struct rtk_json_writer *w, const char *text,
                       size_t length)
{
  memcpy(rtk_json_room(w, length), text, length);
  w->scratch->buffer.length += length;
}

/* Writes the escape of a quote, a backslash or a control character. */
static void put_escape(struct rtk_json_writer *w, char byte)
{
  static const char hex[] = "0123456789abcdef";
  static const char letters[] = "btn.fr"; /* of 0x08 to 0x0D */
  char code[ESCAPE_SIZE] = {'\\', 'u', '0', '0', '0', '0'};
  if (byte == '"' || byte == '\\') {
    code[1] = byte;
    put(w, code, 2);
  } else if (byte >= 0x08 && byte <= 0x0D && byte != 0x0B) {
    code[1] = letters[byte - 0x08];
    put(w, code, 2);
  } else {
    code[4] = hex[byte >> 4];
    code[5] = hex[byte & 15];
    put(w, code, ESCAPE_SIZE);
  }
}

/* Writes the inside of a string; returns the byte that is bad UTF-8, or end. */
static const char *put_checked(struct rtk_json_writer *w, const char *at,
                               const char *end)
{
  for (;;) {
    const char *stop = rtk_skip_plain(at, end);
    if (stop < end && (unsigned char)*stop >= 0x80)
      stop = rtk_skip_text(stop, end);
    put(w, at, (size_t)(stop - at));
    if (stop == end || (unsigned char)*stop >= 0x80)
      return stop;
    put_escape(w, *stop);
    at = stop + 1;
  }
}

/* Writes a string with quotes; what says what kind of string it is. */
static const char *put_string(struct rtk_json_writer *w, const char *text,
                              size_t length, const char *what)
{
  const char *bad;
  if (rtk_all_plain(text, length)) {
    char *out = rtk_json_room(w, length + 2);
    out[0] = '"';
    memcpy(out + 1, text, length);
    out[length + 1] = '"';
    w->scratch->buffer.length += length + 2;
    return NULL;
  }
  rtk_json_put(w, '"');
  bad = put_checked(w, text, text + length);
  if (bad < text + length)
    return lua_pushfstring(w->L,
                           "a %s that is not UTF-8 from byte %d on (base64 "
                           "can carry binary data)",
                           what, (int)(bad - text) + 1);
  rtk_json_put(w, '"');
  return NULL;
}

const char *rtk_json_write_name(struct rtk_json_writer *w, int index,
                                bool is_first)
{
  size_t length;
  const char *name = lua_tolstring(w->L, index, &length);
  const char *problem;
  if (!is_first)
    rtk_json_put(w, ',');
  problem = put_string(w, name, length, "field name");
  rtk_json_put(w, ':');
  return problem;
}

static const char *write_number(struct rtk_json_writer *w)
{
  char *out = rtk_json_room(w, RTK_NUMBER_SIZE);
  size_t length;
#if RTK_HAS_INTEGERS
  if (lua_isinteger(w->L, -1)) {
    length = rtk_number_format_integer(lua_tointeger(w->L, -1), out);
  } else
#endif
  {
    double value = lua_tonumber(w->L, -1);
    if (isnan(value))
      return "NaN (JSON has no such number; leave the field out)";
    if (isinf(value))
      return "an infinite number (JSON has none; leave the field out)";
    length = rtk_number_format_float(value, out);
  }
  w->scratch->buffer.length += length;
  return NULL;
}

const char *rtk_json_write_scalar(struct rtk_json_writer *w, int type)
{
  if (type == LUA_TSTRING) {
    size_t length;
    const char *text = lua_tolstring(w->L, -1, &length);
    return put_string(w, text, length, "string");
  }
  if (type == LUA_TNUMBER)
    return write_number(w);
  if (type == LUA_TBOOLEAN) {
    if (lua_toboolean(w->L, -1))
      put(w, "true", 4);
    else
      put(w, "false", 5);
    return NULL;
  }
  if (type == LUA_TLIGHTUSERDATA && !lua_touserdata(w->L, -1)) {
    put(w, "null", 4);
    return NULL;
  }
  return lua_pushfstring(w->L, "a value of type %s (null is rtk.null)",
                         lua_typename(w->L, type));
}
