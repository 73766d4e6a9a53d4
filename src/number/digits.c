/* SPDX-License-Identifier: MIT */
#include "number/digits.h"

#include <string.h>

/* Decimal exponents written without an e: 0.00001 to 17 digits. */
#define MIN_PLAIN_EXPONENT (-5)

size_t rtk_digits_put_unsigned(uint64_t value, size_t width, char *out)
{
  char reversed[20];
  size_t length = 0;
  size_t i;
  do {
    reversed[length++] = (char)('0' + value % 10);
    value /= 10;
  } while (value || length < width);
  for (i = 0; i < length; i++)
    out[i] = reversed[length - 1 - i];
  return length;
}

static void drop_zeros(struct rtk_digits *digits)
{
  while (digits->count > 1 && digits->text[digits->count - 1] == '0')
    digits->count--;
}

/* d, d.ddd, or either with an exponent; returns the length. */
static size_t put_scientific(const struct rtk_digits *digits, char *out)
{
  size_t length = 0;
  int magnitude = digits->exponent < 0 ? -digits->exponent : digits->exponent;
  out[length++] = digits->text[0];
  if (digits->count > 1) {
    out[length++] = '.';
    memcpy(out + length, digits->text + 1, (size_t)digits->count - 1);
    length += (size_t)digits->count - 1;
  }
  out[length++] = 'e';
  if (digits->exponent < 0)
    out[length++] = '-';
  return length + rtk_digits_put_unsigned((uint64_t)magnitude, 1, out + length);
}

/* The digits with a point inside or zeros in front; returns the length. */
static size_t put_plain(const struct rtk_digits *digits, char *out)
{
  size_t length = 0;
  int i;
  if (digits->exponent < 0) {
    out[length++] = '0';
    out[length++] = '.';
    for (i = -1; i > digits->exponent; i--)
      out[length++] = '0';
  }
  for (i = 0; i < digits->count; i++) {
    if (digits->exponent >= 0 && i == digits->exponent + 1)
      out[length++] = '.';
    out[length++] = digits->text[i];
  }
  return length;
}

size_t rtk_digits_put(struct rtk_digits *digits, char *out)
{
  drop_zeros(digits);
  if (digits->exponent >= MIN_PLAIN_EXPONENT &&
      digits->exponent < digits->count)
    return put_plain(digits, out);
  return put_scientific(digits, out);
}
