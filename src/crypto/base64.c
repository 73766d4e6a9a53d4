/* SPDX-License-Identifier: MIT */
#include "crypto/base64.h"

#include <stdint.h>

#define NO 64U /* no character of the alphabet */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* The value of each ASCII character. */
static const unsigned char values[128] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, 62, NO, NO, NO, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60,
    61, NO, NO, NO, NO, NO, NO, NO, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
    11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO,
    NO, NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
    43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
};

size_t rtk_base64_length(size_t size)
{
  return (size + 2) / 3 * 4;
}

void rtk_base64_encode(const unsigned char *bytes, size_t size, char *text)
{
  size_t i;
  for (i = 0; i < size; i += 3) {
    size_t left = size - i;
    uint32_t group = (uint32_t)bytes[i] << 16;
    if (left > 1)
      group |= (uint32_t)bytes[i + 1] << 8;
    if (left > 2)
      group |= bytes[i + 2];
    *text++ = alphabet[group >> 18];
    *text++ = alphabet[group >> 12 & 63U];
    *text++ = '=';
    *text++ = '=';
    if (left > 1)
      text[-2] = alphabet[group >> 6 & 63U];
    if (left > 2)
      text[-1] = alphabet[group & 63U];
  }
}

static uint32_t value_of(char character)
{
  unsigned char byte = (unsigned char)character;
  return byte < sizeof values ? values[byte] : NO;
}

/* How many = are at the end, at most 2. */
static size_t padding_of(const char *text, size_t length)
{
  if (length == 0 || text[length - 1] != '=')
    return 0;
  return length > 1 && text[length - 2] == '=' ? 2 : 1;
}

static enum rtk_base64_result check(const char *text, size_t length,
                                    size_t padding)
{
  size_t characters = length - padding;
  size_t i;
  for (i = 0; i < characters; i++) {
    if (value_of(text[i]) == NO)
      return text[i] == '=' ? RTK_BASE64_PADDING : RTK_BASE64_CHARACTER;
  }
  if (length % 4 != 0)
    return RTK_BASE64_PADDING;
  /* The last character has 4 bits too many for one byte, 2 for two. */
  if (padding && value_of(text[characters - 1]) & (padding == 2 ? 15U : 3U))
    return RTK_BASE64_PADDING;
  return RTK_BASE64_OK;
}

enum rtk_base64_result rtk_base64_decode(const char *text, size_t length,
                                         unsigned char *bytes, size_t capacity,
                                         size_t *size)
{
  size_t padding = padding_of(text, length);
  enum rtk_base64_result result = check(text, length, padding);
  uint32_t bits = 0;
  size_t count = 0;
  size_t i;
  *size = 0;
  if (result != RTK_BASE64_OK)
    return result;
  if (length / 4 * 3 - padding > capacity)
    return RTK_BASE64_TOO_LONG;
  for (i = 0; i < length - padding; i++) {
    bits = bits << 6 | value_of(text[i]);
    if (i % 4 != 0)
      bytes[count++] = (unsigned char)(bits >> (6 - i % 4 * 2) & 255U);
  }
  *size = count;
  return RTK_BASE64_OK;
}
