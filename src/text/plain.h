/* SPDX-License-Identifier: MIT */
/*
 * Runs of bytes that JSON strings hold as they are. Plain ones are printable
 * ASCII other than quote and backslash; text is those and all other UTF-8.
 *
 * The scans for plain bytes are the hot loops of the decoder and the encoder,
 * hence inline. They read 16 bytes at a time with SSE2 and 8 without, never
 * past the end.
 */
#ifndef RTK_PLAIN_H
#define RTK_PLAIN_H

#include "text/words.h"

#include <stdbool.h>
#include <stddef.h>

static inline bool rtk_is_plain(char byte)
{
  unsigned char value = (unsigned char)byte;
  return value >= 0x20 && value < 0x80 && value != '"' && value != '\\';
}

/*
 * The top bit of each byte of ASCII that is not plain: quotes, backslashes and
 * control characters. Only the lowest of these bits is certain, since a hit may
 * borrow from the bytes above it.
 */
static inline uint64_t rtk_special8(uint64_t bytes)
{
  uint64_t quote = bytes ^ RTK_EACH8('"');
  uint64_t slash = bytes ^ RTK_EACH8('\\');
  return (((bytes - RTK_EACH8(0x20)) & ~bytes) |
          ((quote - RTK_EACH8(1)) & ~quote) |
          ((slash - RTK_EACH8(1)) & ~slash)) &
         RTK_TOPS8;
}

/* Whether eight bytes are plain. */
static inline bool rtk_plain8(uint64_t bytes)
{
  return (rtk_special8(bytes) | (bytes & RTK_TOPS8)) == 0;
}

#if defined(__SSE2__)
/* A bit per byte that is not plain. */
static inline unsigned rtk_special16(const char *at)
{
  __m128i bytes;
  __m128i odd;
  memcpy(&bytes, at, sizeof bytes);
  /* Signed, so that bytes of 0x80 and above are below the space, too. */
  odd = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
  odd = _mm_or_si128(odd, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  return (unsigned)_mm_movemask_epi8(odd);
}
#endif

/* The first byte that is not plain, or end. */
static inline const char *rtk_skip_plain(const char *at, const char *end)
{
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    unsigned special = rtk_special16(at);
    if (special)
      return at + __builtin_ctz(special);
  }
#else
  while (end - at >= 8 && rtk_plain8(rtk_load8(at)))
    at += 8;
#endif
  while (at < end && rtk_is_plain(*at))
    at++;
  return at;
}

/* Whether a string is plain. Its end is read in words that overlap. */
static inline bool rtk_all_plain(const char *at, size_t length)
{
  const char *end = at + length;
  if (length < 4)
    return rtk_skip_plain(at, end) == end;
  if (length < 8)
    return rtk_plain8(rtk_load4(at) | rtk_load4(end - 4) << 32);
#if defined(__SSE2__)
  for (; end - at > 16; at += 16)
    if (rtk_special16(at))
      return false;
  if (length >= 16)
    return rtk_special16(end - 16) == 0;
#endif
  for (; end - at > 8; at += 8)
    if (!rtk_plain8(rtk_load8(at)))
      return false;
  return rtk_plain8(rtk_load8(end - 8));
}

/*
 * From the first byte of a code point to the first that a string cannot hold as
 * it is: a quote, a backslash, a control character, or where invalid UTF-8
 * begins; or to end.
 */
const char *rtk_skip_text(const char *at, const char *end);

#endif
