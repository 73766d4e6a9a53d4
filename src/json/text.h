/* SPDX-License-Identifier: MIT */
/*
 * The bytes of JSON text, for the decoder and the encoder: which ones a string
 * may contain unescaped, what is whitespace, what is UTF-8.
 *
 * The scans are the hot loops of both, hence inline. They read 16 bytes at a
 * time with SSE2 and 8 without, never past the end. The functions with a number
 * in their name read that many bytes, which the caller guarantees are there.
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

/* Bytes as a number, the first of them lowest whatever the machine's order is.
   Compilers make one load of each. */
static inline uint64_t rtk_json_load8(const char *at)
{
  uint8_t b[8];
  memcpy(b, at, sizeof b);
  return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 |
         (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 |
         (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

static inline uint64_t rtk_json_load4(const char *at)
{
  uint8_t b[4];
  memcpy(b, at, sizeof b);
  return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 |
         (uint64_t)b[3] << 24;
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
