/* SPDX-License-Identifier: MIT */
#include "text/unescape.h"
#include "text/plain.h"
#include "text/utf8.h"

#include <limits.h>

/* Shorter runs between escapes are copied with so many bytes that follow. */
#define SHORT_RUN 16

const char *rtk_text_note(struct rtk_text_fault *fault, const char *at,
                          const char *expected)
{
  fault->at = at;
  fault->expected = expected;
  return NULL;
}

const char *rtk_scan_string(const char *at, const char *end,
                            struct rtk_text_fault *fault)
{
  at = rtk_skip_plain(at, end);
  if (at < end && (unsigned char)*at >= 0x80)
    at = rtk_skip_text(at, end);
  if (at == end)
    return rtk_text_note(fault, at, "'\"' to end the string");
  if ((unsigned char)*at < 0x20)
    return rtk_text_note(fault, at, "no raw control character in a string");
  return at;
}

/* The value of a hexadecimal digit plus 1, or 0. */
static uint32_t hex_digit(char digit)
{
  static const unsigned char values[UCHAR_MAX + 1] = {
      ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
      ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
      ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
      ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};
  return values[(unsigned char)digit];
}

/* Notes which of the four digits of a \u escape is wrong or not there. */
static const char *refuse_unit(const char *at, const char *end,
                               struct rtk_text_fault *fault)
{
  const char *stop = end - at < 4 ? end : at + 4;
  while (at < stop && hex_digit(*at))
    at++;
  if (at == end)
    return rtk_text_note(fault, at, "'\"' to end the string");
  return rtk_text_note(fault, at, "four hexadecimal digits after \\u");
}

/* Reads the four digits of a \u escape. */
static const char *read_unit(const char *at, const char *end, uint32_t *unit,
                             struct rtk_text_fault *fault)
{
  uint32_t a;
  uint32_t b;
  uint32_t c;
  uint32_t d;
  *unit = 0;
  if (end - at <= 4)
    return refuse_unit(at, end, fault);
  a = hex_digit(at[0]);
  b = hex_digit(at[1]);
  c = hex_digit(at[2]);
  d = hex_digit(at[3]);
  if (!a || !b || !c || !d)
    return refuse_unit(at, end, fault);
  *unit = (a << 12) + (b << 8) + (c << 4) + d - 0x1111;
  return at + 4;
}

/* Reads the rest of a \u escape, both halves of a surrogate pair. */
static const char *read_unicode(const char *at, const char *end, uint32_t *code,
                                struct rtk_text_fault *fault)
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
  *code = RTK_UTF8_REPLACEMENT;
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

/* Reads an escape and writes it as UTF-8. */
static inline const char *read_escape(const char *at, const char *end,
                                      char **out, struct rtk_text_fault *fault)
{
  uint32_t code;
  if (++at == end)
    return rtk_text_note(fault, at, "'\"' to end the string");
  **out = simple_escape(*at);
  if (**out) {
    ++*out;
    return at + 1;
  }
  if (*at != 'u')
    return rtk_text_note(fault, at, "one of \"\\/bfnrtu after a backslash");
  at = read_unicode(at + 1, end, &code, fault);
  if (at)
    *out += rtk_utf8_put(code, *out);
  return at;
}

/* Reads escapes that follow each other, as far as there is room before last for
   more than one. */
static const char *read_escapes(const char *at, const char *end, char **out,
                                const char *last, struct rtk_text_fault *fault)
{
  char *to = *out;
  do
    at = read_escape(at, end, &to, fault);
  while (at && at < end && *at == '\\' && to <= last);
  *out = to;
  return at;
}

/* Copies a run of bytes before end to where SHORT_RUN more may be written. */
static char *put_run(char *out, const char *at, size_t length, const char *end)
{
  if (length <= SHORT_RUN && end - at >= SHORT_RUN)
    memcpy(out, at, SHORT_RUN);
  else
    memcpy(out, at, length);
  return out + length;
}

/* Where a run of so many bytes and what stands for one escape can be written;
   NULL if there is not enough memory. */
static char *make_room(struct rtk_buffer *buffer, size_t run)
{
  size_t size = run + SHORT_RUN + RTK_UTF8_SIZE;
  if (buffer->capacity - buffer->length < size &&
      rtk_buffer_reserve(buffer, size))
    return NULL;
  return buffer->data + buffer->length;
}

const char *rtk_unescape(struct rtk_buffer *buffer, const char *at,
                         const char *stop, const char *end,
                         struct rtk_text_fault *fault)
{
  while (stop) {
    char *out = make_room(buffer, (size_t)(stop - at));
    if (!out)
      return rtk_text_note(fault, stop, NULL);
    out = put_run(out, at, (size_t)(stop - at), end);
    if (*stop == '\\') {
      at = read_escapes(stop, end, &out,
                        buffer->data + buffer->capacity - RTK_UTF8_SIZE, fault);
    } else if (*stop != '"') {
      at = stop + rtk_utf8_bad_length(stop, end);
      out += rtk_utf8_put(RTK_UTF8_REPLACEMENT, out);
    }
    buffer->length = (size_t)(out - buffer->data);
    if (!at || *stop == '"')
      return at ? stop : NULL;
    stop = at < end && *at == '\\' ? at : rtk_scan_string(at, end, fault);
  }
  return NULL;
}
