/* SPDX-License-Identifier: MIT */
#include "json/string.h"

#include <limits.h>

const char *rtk_json_note(struct rtk_json_fault *fault, const char *at,
                          const char *expected)
{
  fault->at = at;
  fault->expected = expected;
  return NULL;
}

const char *rtk_json_scan_string(const char *at, const char *end,
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

const char *rtk_json_replace_bad(const char *at, const char *end,
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

const char *rtk_json_read_escape(const char *at, const char *end,
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
