/* SPDX-License-Identifier: MIT */
/*
 * What the decoder and the encoder have to know about JSON text: which bytes a
 * string may carry as they are, and what is UTF-8.
 *
 * The scans are the hot loops of both, hence inline. They read 16 bytes at a
 * time where SSE2 is there and 8 elsewhere, never past the end.
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
#endif

/* Whether eight bytes are plain. */
static inline bool rtk_json_plain8(uint64_t bytes)
{
  const uint64_t ones = UINT64_MAX / 255;
  const uint64_t tops = ones << 7;
  uint64_t quote = bytes ^ (ones * '"');
  uint64_t slash = bytes ^ (ones * '\\');
  return ((bytes | (bytes - ones * 0x20) | ((quote - ones) & ~quote) |
           ((slash - ones) & ~slash)) &
          tops) == 0;
}

static inline uint64_t rtk_json_load8(const char *at)
{
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

static inline uint64_t rtk_json_load4(const char *at)
{
  uint32_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

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
  while (end - at >= 8 && rtk_json_plain8(rtk_json_load8(at)))
    at += 8;
#endif
  while (at < end && rtk_json_is_plain(*at))
    at++;
  return at;
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
