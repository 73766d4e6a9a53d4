/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a text, several at once: up to 8 as a word, and 16 where SSE2
 * is there.
 *
 * The hot loops of the codec are made of these, hence inline. The caller sees
 * to it that all the bytes are there.
 */
#ifndef RTK_JSON_BYTES_H
#define RTK_JSON_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/* Printable ASCII other than quote and backslash: needs no care in a string. */
static inline bool rtk_json_is_plain(char byte)
{
  unsigned char value = (unsigned char)byte;
  return value >= 0x20 && value < 0x80 && value != '"' && value != '\\';
}

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

/* A bit per byte that is a quote. */
static inline uint64_t rtk_json_quotes16(const char *at)
{
  __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
  return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
}

/* A bit per byte that is the same at a and b. */
static inline uint64_t rtk_json_same16(const char *a, const char *b)
{
  __m128i left = _mm_loadu_si128((const __m128i *)(const void *)a);
  __m128i right = _mm_loadu_si128((const __m128i *)(const void *)b);
  return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(left, right));
}
#endif

/* How many bytes stand before the first quote: 48 if it is not among them. */
static inline size_t rtk_json_find_quote48(const char *at)
{
#if defined(__SSE2__)
  uint64_t quotes = rtk_json_quotes16(at) | rtk_json_quotes16(at + 16) << 16 |
                    rtk_json_quotes16(at + 32) << 32;
  return (size_t)__builtin_ctzll(quotes | UINT64_C(1) << 48);
#else
  const char *quote = memchr(at, '"', 48);
  return quote ? (size_t)(quote - at) : 48;
#endif
}

#endif
