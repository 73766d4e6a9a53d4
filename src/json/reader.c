/* SPDX-License-Identifier: MIT */
#include "json/reader.h"
#include "base/number.h"

#include <limits.h>

const char *rtk_json_note(struct rtk_json_fault *fault, const char *at,
                          const char *expected)
{
  fault->at = at;
  fault->expected = expected;
  return NULL;
}

/*
 * From inside a string to the next byte that cannot be copied unchanged: a
 * quote, a backslash or the first byte of invalid UTF-8. Raw control
 * characters are faults.
 */
static const char *scan_string(const char *at, const char *end,
                               struct rtk_json_fault *fault)
{
  for (;;) {
    size_t length;
    at = rtk_json_skip_plain(at, end);
    if (at == end)
      return rtk_json_note(fault, at, "'\"' to end the string");
    if (*at == '"' || *at == '\\')
      return at;
    if ((unsigned char)*at < 0x20)
      return rtk_json_note(fault, at, "no raw control character in a string");
    length = rtk_json_utf8_length(at, end);
    if (length == 0)
      return at;
    at += length;
  }
}

/* Reads invalid UTF-8 and writes its replacement. Never fails. */
static const char *replace_bad(const char *at, const char *end,
                               char out[RTK_JSON_UTF8_SIZE], size_t *length)
{
  *length = rtk_json_put_utf8(RTK_JSON_REPLACEMENT, out);
  return at + rtk_json_bad_length(at, end);
}

/* The value of a hexadecimal digit, or 16. */
static uint32_t hex_digit(char digit)
{
  if (digit >= '0' && digit <= '9')
    return (uint32_t)(digit - '0');
  if (digit >= 'a' && digit <= 'f')
    return (uint32_t)(digit - 'a') + 10;
  if (digit >= 'A' && digit <= 'F')
    return (uint32_t)(digit - 'A') + 10;
  return 16;
}

/* Reads the four digits of a \u escape. */
static const char *read_unit(const char *at, const char *end, uint32_t *unit,
                             struct rtk_json_fault *fault)
{
  const char *stop = at + 4;
  if (end - at < 4)
    stop = end;
  for (*unit = 0; at < stop; at++) {
    uint32_t digit = hex_digit(*at);
    if (digit == 16)
      return rtk_json_note(fault, at, "four hexadecimal digits after \\u");
    *unit = *unit * 16 + digit;
  }
  if (at == end)
    return rtk_json_note(fault, at, "'\"' to end the string");
  return at;
}

/* Reads the rest of a \u escape, both halves of a surrogate pair. */
static const char *read_unicode(const char *at, const char *end, uint32_t *code,
                                struct rtk_json_fault *fault)
{
  const char *behind;
  uint32_t low;
  at = read_unit(at, end, code, fault);
  if (!at || *code < 0xD800 || *code > 0xDFFF)
    return at;
  if (*code < 0xDC00 && end - at >= 2 && at[0] == '\\' && at[1] == 'u') {
    behind = read_unit(at + 2, end, &low, fault);
    if (!behind)
      return NULL;
    if (low >= 0xDC00 && low <= 0xDFFF) {
      *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
      return behind;
    }
  }
  /* The escape that follows stands for itself. */
  *code = RTK_JSON_REPLACEMENT;
  return at;
}

/* The byte a one-letter escape stands for, or 0. */
static char simple_escape(char letter)
{
  static const char bytes[UCHAR_MAX + 1] = {
      ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
      ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
  return bytes[(unsigned char)letter];
}

/* Reads an escape from behind its backslash and writes it as UTF-8. Half of a
   surrogate pair is replaced. */
static const char *read_escape(const char *at, const char *end,
                               char out[RTK_JSON_UTF8_SIZE], size_t *length,
                               struct rtk_json_fault *fault)
{
  uint32_t code;
  if (at == end)
    return rtk_json_note(fault, at, "'\"' to end the string");
  out[0] = simple_escape(*at);
  *length = 1;
  if (*at == 'u') {
    at = read_unicode(at + 1, end, &code, fault);
    if (at)
      *length = rtk_json_put_utf8(code, out);
    return at;
  }
  if (!out[0])
    return rtk_json_note(fault, at, "one of \"\\/bfnrtu after a backslash");
  return at + 1;
}

static const char *fail(struct rtk_json_reader *r, const char *at,
                        const char *expected)
{
  return rtk_json_note(&r->fault, at, expected);
}

/* Where at least size bytes can be written. */
static char *make_room(struct rtk_json_reader *r,
                       struct rtk_json_scratch *scratch, size_t size)
{
  struct rtk_buffer *buffer = &scratch->buffer;
  if (buffer->capacity - buffer->length < size &&
      rtk_buffer_reserve(buffer, size))
    rtk_json_raise_memory(r->L, scratch);
  return buffer->data + buffer->length;
}

/* Appends the string from at, of which all before stop is copied unchanged. */
static const char *unescape(struct rtk_json_reader *r,
                            struct rtk_json_scratch *scratch, const char *at,
                            const char *stop)
{
  while (stop) {
    size_t run = (size_t)(stop - at);
    size_t length = 0;
    char *out = make_room(r, scratch, run + RTK_JSON_UTF8_SIZE);
    memcpy(out, at, run);
    out += run;
    if (*stop == '\\')
      at = read_escape(stop + 1, r->end, out, &length, &r->fault);
    else if (*stop != '"')
      at = replace_bad(stop, r->end, out, &length);
    scratch->buffer.length += run + length;
    if (!at || *stop == '"')
      return at ? stop : NULL;
    stop = scan_string(at, r->end, &r->fault);
  }
  return NULL;
}

/* Pushes the string from at, of which all before stop is copied unchanged. */
static const char *read_changed(struct rtk_json_reader *r, const char *at,
                                const char *stop)
{
  struct rtk_json_scratch *scratch = rtk_json_claim_scratch(r->L, r->codec);
  stop = unescape(r, scratch, at, stop);
  if (stop) {
    lua_pushlstring(r->L, scratch->buffer.data, scratch->buffer.length);
    lua_replace(r->L, -2);
  }
  rtk_json_release_scratch(scratch);
  return stop ? stop + 1 : NULL;
}

void rtk_json_push_cached(struct rtk_json_reader *r, const char *at,
                          size_t length)
{
  unsigned slot = rtk_json_slot(at, length);
  int index = RTK_JSON_VALUE + (int)slot;
  struct rtk_json_token *value = &r->cache->values[slot];
  if (rtk_json_is_token(value, at)) {
    r->key_hint->miss_budget = RTK_JSON_MISS_BUDGET;
    lua_rawgeti(r->L, r->codec, index);
    return;
  }
  if (--r->key_hint->miss_budget == 0)
    r->key_hint->miss_budget = -RTK_JSON_MISS_PAUSE;
  /* A finalizer may use the cache here, so it is changed afterwards. */
  lua_pushlstring(r->L, at + 1, length);
  lua_pushvalue(r->L, -1);
  lua_rawseti(r->L, r->codec, index);
  rtk_json_set_value(value, at, length + 2);
}

/* Pushes the string whose opening quote is just before at. */
static const char *read_string(struct rtk_json_reader *r, const char *at)
{
  const char *stop = scan_string(at, r->end, &r->fault);
  if (!stop)
    return NULL;
  if (*stop != '"')
    return read_changed(r, at, stop);
  lua_pushlstring(r->L, at, (size_t)(stop - at));
  return stop + 1;
}

/* Pushes a plain key, whose opening quote is at at, and caches it. */
static void push_key(struct rtk_json_reader *r, const char *at, size_t length)
{
  struct rtk_json_key *keys = r->cache->keys;
  unsigned slot = rtk_json_slot(at, length);
  lua_pushlstring(r->L, at + 1, length);
  /* A finalizer may have put it there just now: no key has two slots. */
  if (!rtk_json_is_token(&keys[slot].token, at))
    slot ^= 1;
  if (!rtk_json_is_token(&keys[slot].token, at)) {
    slot = rtk_json_free_key(r->cache, slot ^ 1);
    lua_pushvalue(r->L, -1);
    lua_rawseti(r->L, r->codec, RTK_JSON_KEY + (int)slot);
    rtk_json_set_key(&keys[slot], at, length + 2);
  }
  r->key_hint = &keys[slot].key_hint;
}

const char *rtk_json_find_colon(struct rtk_json_reader *r, const char *at)
{
  at = rtk_json_skip_space(at, r->end);
  if (at == r->end || *at != ':')
    return fail(r, at, "':' after a field name");
  return rtk_json_skip_space(at + 1, r->end);
}

const char *rtk_json_find_key(struct rtk_json_reader *r, const char *at)
{
  const char *stop;
  size_t length;
  if (at == r->end || *at != '"')
    return fail(r, at, "'\"' before a field name");
  r->cache->serial++;
  stop = rtk_json_skip_plain(at + 1, r->end);
  length = (size_t)(stop - at) - 1;
  if (r->end - at >= RTK_JSON_LOOKAHEAD && length <= RTK_JSON_TOKEN_SIZE - 2 &&
      *stop == '"') {
    push_key(r, at, length);
    return rtk_json_find_colon(r, stop + 1);
  }
  r->key_hint = &r->cache->other;
  at = read_string(r, at + 1);
  return at ? rtk_json_find_colon(r, at) : NULL;
}

static void push_integer(lua_State *L, int64_t value)
{
  if (RTK_HAS_INTEGERS)
    lua_pushinteger(L, (lua_Integer)value);
  else
    lua_pushnumber(L, (lua_Number)value);
}

static const char *read_number(struct rtk_json_reader *r, const char *at)
{
  struct rtk_number number;
  const char *stop = rtk_number_parse(at, r->end, &number);
  if (number.kind == RTK_NUMBER_INTEGER)
    push_integer(r->L, number.integer);
  else if (number.kind == RTK_NUMBER_FLOAT)
    lua_pushnumber(r->L, number.real);
  else if (number.kind == RTK_NUMBER_TOO_LARGE)
    return fail(r, at, "a number within the range of a double");
  else
    return fail(r, stop, "a digit");
  return stop;
}

static const char *read_word(struct rtk_json_reader *r, const char *at)
{
  if (rtk_json_is_word(at, r->end, "true", 4)) {
    lua_pushboolean(r->L, 1);
    return at + 4;
  }
  if (rtk_json_is_word(at, r->end, "false", 5)) {
    lua_pushboolean(r->L, 0);
    return at + 5;
  }
  if (rtk_json_is_word(at, r->end, "null", 4)) {
    lua_pushlightuserdata(r->L, NULL);
    return at + 4;
  }
  return fail(r, at, "a value");
}

const char *rtk_json_read_any(struct rtk_json_reader *r, const char *at)
{
  if (at == r->end)
    return fail(r, at, "a value");
  if (*at == '"')
    return read_string(r, at + 1);
  if (*at == '-' || (unsigned char)(*at - '0') < 10)
    return read_number(r, at);
  return read_word(r, at);
}
