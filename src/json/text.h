/* SPDX-License-Identifier: MIT */
/*
 * What the decoder and the encoder have to know about JSON text: which bytes a
 * string may carry as they are, what is space and what is UTF-8.
 *
 * The scans are the hot loops of both, hence inline. They read 16 bytes at a
 * time where SSE2 is there and 8 elsewhere, never past the end.
 */
#ifndef RTK_JSON_TEXT_H
#define RTK_JSON_TEXT_H

#include "json/bytes.h"

#include <stddef.h>

/*
 * The length of the UTF-8 sequence at at (1 to 4), or 0 if it is cut off,
 * overlong, a surrogate or above U+10FFFF.
 */
size_t rtk_json_utf8_length(const char *at, const char *end);

/* How many bytes one U+FFFD replaces where rtk_json_utf8_length is 0: as much
   of a sequence as is good, else one byte, as in the Encoding Standard. */
size_t rtk_json_bad_length(const char *at, const char *end);

/* What replaces text that is not Unicode. */
#define RTK_JSON_REPLACEMENT UINT32_C(0xFFFD)

/* The most bytes of a code point. */
#define RTK_JSON_UTF8_SIZE 4

/* Writes a code point of up to U+10FFFF; returns its length. */
size_t rtk_json_put_utf8(uint32_t code, char out[RTK_JSON_UTF8_SIZE]);

/* The first byte that is not plain, or end. */
static inline const char *rtk_json_skip_plain(const char *at, const char *end)
{
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    unsigned special = rtk_json_special16(at);
    if (special)
      return at + __builtin_ctz(special);
  }
#else
  while (end - at >= 8 && rtk_json_plain8(rtk_json_load8(at)))
    at += 8;
#endif
  while (at < end && rtk_json_is_plain(*at))
    at++;
  return at;
}

static inline const char *rtk_json_skip_space(const char *at, const char *end)
{
  while (at < end && (unsigned char)*at <= ' ' &&
         (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  return at;
}

static inline bool rtk_json_is_word(const char *at, const char *end,
                                    const char *word, size_t length)
{
  return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

/* Whether a string is plain. Its end is read in words that overlap. */
static inline bool rtk_json_all_plain(const char *at, size_t length)
{
  const char *end = at + length;
  if (length < 4)
    return rtk_json_skip_plain(at, end) == end;
  if (length < 8)
    return rtk_json_plain8(rtk_json_load4(at) | rtk_json_load4(end - 4) << 32);
#if defined(__SSE2__)
  for (; end - at > 16; at += 16)
    if (rtk_json_special16(at))
      return false;
  if (length >= 16)
    return rtk_json_special16(end - 16) == 0;
#endif
  for (; end - at > 8; at += 8)
    if (!rtk_json_plain8(rtk_json_load8(at)))
      return false;
  return rtk_json_plain8(rtk_json_load8(end - 8));
}

#endif
