/* SPDX-License-Identifier: MIT */
/*
 * Writes numbers. A float goes the cheapest way that is exact: as an integer,
 * as an integer divided by a small power of ten, or through snprintf with 15,
 * 16 and then 17 digits until the text reads back as the same double. Only
 * the digits of snprintf are used, never its decimal point.
 */
#include "number/number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* 15 digits distinguish all doubles that have no more significant digits. */
#define SHORT_DIGITS 15
#define SHORT_LIMIT 1e15
/* 17 digits tell any two doubles apart. */
#define ALL_DIGITS 17
/* More decimals than this are left to snprintf. */
#define SHORT_DECIMALS 6
/* 2^63, the first double that does not fit an int64_t. */
#define INTEGER_LIMIT 9223372036854775808.0
/* Decimal exponents written without an e: 0.00001 to 17 digits. */
#define MIN_PLAIN_EXPONENT (-5)

struct digits {
  char text[ALL_DIGITS];
  int count;
  int exponent; /* of the first digit */
};

/* Writes value with at least width digits; returns the length. */
static size_t put_unsigned(uint64_t value, size_t width, char *out)
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

size_t rtk_number_format_integer(int64_t value, char out[RTK_NUMBER_SIZE])
{
  if (value >= 0)
    return put_unsigned((uint64_t)value, 1, out);
  out[0] = '-';
  return 1 + put_unsigned(0 - (uint64_t)value, 1, out + 1);
}

/* Writes a magnitude of few decimals; returns 0 for any other. */
static size_t put_short(double value, char *out)
{
  uint64_t power = 1;
  size_t decimals;
  for (decimals = 1; decimals <= SHORT_DECIMALS; decimals++) {
    double scaled;
    uint64_t whole;
    power *= 10;
    scaled = value * (double)power + 0.5;
    if (scaled >= SHORT_LIMIT)
      return 0;
    whole = (uint64_t)scaled;
    if ((double)whole / (double)power == value) {
      size_t length = put_unsigned(whole / power, 1, out);
      out[length++] = '.';
      return length + put_unsigned(whole % power, decimals, out + length);
    }
  }
  return 0;
}

/* Splits value, rounded to precision digits, without trailing zeros. */
static void split(double value, int precision, struct digits *digits)
{
  char text[RTK_NUMBER_SIZE];
  const char *at = text;
  bool negative;
  (void)snprintf(text, sizeof text, "%.*e", precision - 1, value);
  digits->text[0] = '0';
  digits->count = 0;
  digits->exponent = 0;
  for (; *at != 'e'; at++)
    if (*at >= '0' && *at <= '9')
      digits->text[digits->count++] = *at;
  negative = at[1] == '-';
  for (at += 2; *at; at++)
    digits->exponent = digits->exponent * 10 + (*at - '0');
  if (negative)
    digits->exponent = -digits->exponent;
  while (digits->count > 1 && digits->text[digits->count - 1] == '0')
    digits->count--;
}

/* d, d.ddd, or either with an exponent; returns the length. */
static size_t put_scientific(const struct digits *digits, char *out)
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
  return length + put_unsigned((uint64_t)magnitude, 1, out + length);
}

/* The digits with a point inside or zeros in front; returns the length. */
static size_t put_plain(const struct digits *digits, char *out)
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

static size_t put_digits(double value, int precision, char *out)
{
  struct digits digits;
  split(value, precision, &digits);
  if (digits.exponent >= MIN_PLAIN_EXPONENT && digits.exponent < digits.count)
    return put_plain(&digits, out);
  return put_scientific(&digits, out);
}

static bool reads_back(const char *text, size_t length, double value)
{
  struct rtk_number number;
  (void)rtk_number_parse(text, text + length, &number);
  return number.kind <= RTK_NUMBER_FLOAT && number.real == value;
}

/* Whether a byte of a number is not part of a decimal point. */
static bool is_number_byte(char byte)
{
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
         byte == '-' || byte == '+';
}

void rtk_number_show(double value, int digits, char out[RTK_NUMBER_SIZE])
{
  char *to = out;
  const char *at = out;
  if (digits < 1 || digits > SHORT_DIGITS)
    digits = SHORT_DIGITS;
  (void)snprintf(out, RTK_NUMBER_SIZE, "%.*g", digits, value);
  while (*at) {
    if (is_number_byte(*at)) {
      *to++ = *at++;
      continue;
    }
    /* A locale's point may have several bytes. */
    *to++ = '.';
    while (*at && !is_number_byte(*at))
      at++;
  }
  *to = '\0';
}

size_t rtk_number_format_float(double value, char out[RTK_NUMBER_SIZE])
{
  double magnitude = fabs(value);
  size_t sign = signbit(value) ? 1 : 0;
  size_t length;
  int precision;
  out[0] = '-';
  if (magnitude < INTEGER_LIMIT && magnitude == (double)(uint64_t)magnitude)
    return sign + put_unsigned((uint64_t)magnitude, 1, out + sign);
  length = put_short(magnitude, out + sign);
  /* The smallest doubles need fewer digits than others. */
  precision = magnitude < DBL_MIN ? 1 : SHORT_DIGITS;
  for (; length == 0; precision++) {
    length = put_digits(magnitude, precision, out + sign);
    if (precision < ALL_DIGITS && !reads_back(out + sign, length, magnitude))
      length = 0;
  }
  return sign + length;
}
