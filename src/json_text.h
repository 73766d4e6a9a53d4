/* SPDX-License-Identifier: MIT */
/*
 * What the decoder and the encoder have to know about JSON text: which bytes a
 * string may carry as they are, and what is UTF-8.
 *
 * rtk_json_skip_plain is the hot loop of both, hence inline. It reads 16
 * bytes at a time where SSE2 is there and 8 elsewhere, never past end.
 */
#ifndef RTK_JSON_TEXT_H
#define RTK_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/*
 * The length of the UTF-8 sequence at at (1 to 4), or 0 if it is cut off,
 * overlong, a surrogate or above U+10FFFF.
 */
size_t rtk_json_utf8_length(const char *at, const char *end);

/* Writes a code point of up to U+10FFFF; returns its length. */
size_t rtk_json_put_utf8(uint32_t code, char out[4]);

/* Printable ASCII other than quote and backslash: needs no care in a string. */
static inline bool rtk_json_is_plain(char byte)
{
  unsigned char value = (unsigned char)byte;
  return value >= 0x20 && value < 0x80 && value != '"' && value != '\\';
}

#if defined(__SSE2__)
/* A bit per byte that is not plain. */
static inline unsigned rtk_json_special16(const char *at)
{
  __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
  /* Signed, so that bytes of 0x80 and above are below the space, too. */
  __m128i odd = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
  odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  return (unsigned)_mm_movemask_epi8(odd);
}
#else
/* Whether none of eight bytes is special; may say no where the answer is yes.
 */
static inline bool rtk_json_plain8(const char *at)
{
  const uint64_t ones = UINT64_MAX / 255;
  const uint64_t tops = ones << 7;
  uint64_t bytes;
  uint64_t quote;
  uint64_t slash;
  memcpy(&bytes, at, sizeof bytes);
  quote = bytes ^ (ones * '"');
  slash = bytes ^ (ones * '\\');
  return ((bytes | (bytes - ones * 0x20) | ((quote - ones) & ~quote) |
           ((slash - ones) & ~slash)) &
          tops) == 0;
}
#endif

/* The first byte that is not plain, or end. */
static inline const char *rtk_json_skip_plain(const char *at, const char *end)
{
#if defined(__SSE2__)
  while (end - at >= 16) {
    unsigned special = rtk_json_special16(at);
    if (special)
      return at + __builtin_ctz(special);
    at += 16;
  }
#else
  while (end - at >= 8 && rtk_json_plain8(at))
    at += 8;
#endif
  while (at < end && rtk_json_is_plain(*at))
    at++;
  return at;
}

#endif
