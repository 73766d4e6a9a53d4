/* SPDX-License-Identifier: MIT */
#include "text/utf8.h"

/* The range of second bytes tells overlong forms, surrogates and the end of
   Unicode apart (RFC 3629, section 4); later bytes are all 80..BF. */
struct range {
  unsigned char low;
  unsigned char high;
};

static struct range second_byte(unsigned char first)
{
  struct range range = {0x80, 0xBF};
  if (first == 0xE0)
    range.low = 0xA0;
  else if (first == 0xED)
    range.high = 0x9F;
  else if (first == 0xF0)
    range.low = 0x90;
  else if (first == 0xF4)
    range.high = 0x8F;
  return range;
}

static size_t announced_length(unsigned char first)
{
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first <= 0xDF)
    return 2;
  if (first >= 0xE0 && first <= 0xEF)
    return 3;
  if (first >= 0xF0 && first <= 0xF4)
    return 4;
  return 0;
}

size_t rtk_utf8_length(const char *at, const char *end)
{
  const unsigned char *bytes = (const unsigned char *)at;
  struct range range;
  size_t length;
  size_t i;
  if (at == end)
    return 0;
  length = announced_length(bytes[0]);
  if (length < 2)
    return length;
  if ((size_t)(end - at) < length)
    return 0;
  range = second_byte(bytes[0]);
  if (bytes[1] < range.low || bytes[1] > range.high)
    return 0;
  for (i = 2; i < length; i++)
    if ((bytes[i] & 0xC0) != 0x80)
      return 0;
  return length;
}

size_t rtk_utf8_bad_length(const char *at, const char *end)
{
  const unsigned char *bytes = (const unsigned char *)at;
  size_t length = announced_length(bytes[0]);
  size_t left = (size_t)(end - at);
  struct range range;
  size_t i;
  if (length < 2 || left < 2)
    return 1;
  range = second_byte(bytes[0]);
  if (bytes[1] < range.low || bytes[1] > range.high)
    return 1;
  for (i = 2; i < length && i < left; i++)
    if ((bytes[i] & 0xC0) != 0x80)
      break;
  return i;
}
