/* SPDX-License-Identifier: MIT */
/*
 * Bytes of text by words: loads of 8 or 4 bytes, and with SSE2 comparisons of
 * 16 at once. Each reads exactly as many bytes as its name says, which the
 * caller guarantees are there.
 */
#ifndef RTK_WORDS_H
#define RTK_WORDS_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* A byte in each of the eight places of a word. */
#define RTK_EACH8(byte) (UINT64_MAX / 255 * (byte))
/* The top bit of each byte of a word. */
#define RTK_TOPS8 RTK_EACH8(0x80)

/* Bytes as a number, the first of them lowest whatever the machine's order is.
   Compilers make one load of each. */
static inline uint64_t rtk_load8(const char *at)
{
  uint8_t b[8];
  memcpy(b, at, sizeof b);
  return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 |
         (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 |
         (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

static inline uint64_t rtk_load4(const char *at)
{
  uint8_t b[4];
  memcpy(b, at, sizeof b);
  return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 |
         (uint64_t)b[3] << 24;
}

#if defined(__SSE2__)
/* A bit per byte that is the same at a and b. */
static inline uint64_t rtk_same16(const char *a, const char *b)
{
  __m128i left;
  __m128i right;
  memcpy(&left, a, sizeof left);
  memcpy(&right, b, sizeof right);
  return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(left, right));
}

/* A bit per byte that is a quote. */
static inline uint64_t rtk_quotes16(const char *at)
{
  __m128i bytes;
  memcpy(&bytes, at, sizeof bytes);
  return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
}
#endif

#endif
