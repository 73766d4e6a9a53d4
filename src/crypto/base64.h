/* SPDX-License-Identifier: MIT */
/*
 * Base64 as RFC 4648 defines it in section 4, with one text for each sequence
 * of bytes: nothing but the alphabet, padding to a multiple of four, and zeros
 * in the bits that the padding leaves over.
 */
#ifndef RTK_BASE64_H
#define RTK_BASE64_H

#include <stddef.h>

enum rtk_base64_result {
  RTK_BASE64_OK = 0,
  RTK_BASE64_CHARACTER, /* a character is not of the alphabet */
  RTK_BASE64_PADDING,   /* the end is missing, or not the canonical one */
  RTK_BASE64_TOO_LONG   /* the bytes do not fit */
};

/* The length of the text for size bytes. */
size_t rtk_base64_length(size_t size);

/* Writes rtk_base64_length(size) characters, without a NUL. */
void rtk_base64_encode(const unsigned char *bytes, size_t size, char *text);

/*
 * Writes at most capacity bytes and sets *size to their number. The bytes may
 * be written over the text. On failure some may have been written.
 */
enum rtk_base64_result rtk_base64_decode(const char *text, size_t length,
                                         unsigned char *bytes, size_t capacity,
                                         size_t *size);

#endif
