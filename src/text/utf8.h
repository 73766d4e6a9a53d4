/* SPDX-License-Identifier: MIT */
/*
 * UTF-8, one sequence at a time: which bytes are valid, how much of those that
 * are not one U+FFFD replaces, and how a code point is written.
 */
#ifndef RTK_UTF8_H
#define RTK_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* What replaces text that is not Unicode. */
#define RTK_UTF8_REPLACEMENT UINT32_C(0xFFFD)

/* The most bytes of a code point. */
#define RTK_UTF8_SIZE 4

/*
 * The length of the UTF-8 sequence at at (1 to 4), or 0 if it is cut off,
 * overlong, a surrogate or above U+10FFFF.
 */
size_t rtk_utf8_length(const char *at, const char *end);

/* How many bytes one U+FFFD replaces where rtk_utf8_length is 0: as much of a
   sequence as is good, else one byte, as in the Encoding Standard. */
size_t rtk_utf8_bad_length(const char *at, const char *end);

/* Writes a code point of up to U+10FFFF; returns its length. */
static inline size_t rtk_utf8_put(uint32_t code, char out[RTK_UTF8_SIZE])
{
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (char)(0xE0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | code >> 18);
  out[1] = (char)(0x80 | (code >> 12 & 0x3F));
  out[2] = (char)(0x80 | (code >> 6 & 0x3F));
  out[3] = (char)(0x80 | (code & 0x3F));
  return 4;
}

#endif
