/* SPDX-License-Identifier: MIT */
/*
 * Writes numbers. A float goes the cheapest way that is exact: as an integer,
 * as an integer divided by a small power of ten, or with 15, 16 and then 17
 * digits until they read back as the same double. The digits are those of
 * decimal.h, or of snprintf where that is undecided, of which the decimal point
 * is never used.
 */
#include "number/number.h"
#include "number/decimal.h"
#include "number/digits.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* 15 digits distinguish all doubles that have no more significant digits. */
#define SHORT_DIGITS 15
#define SHORT_LIMIT 1e15
/* More decimals than this are left to snprintf. */
#define SHORT_DECIMALS 6
/* 2^63, the first double that does not fit an int64_t. */
#define INTEGER_LIMIT 9223372036854775808.0

size_t rtk_number_format_integer(int64_t value, char out[RTK_NUMBER_SIZE])
{
  if (value >= 0)
    return rtk_digits_put_unsigned((uint64_t)value, 1, out);
  out[0] = '-';
  return 1 + rtk_digits_put_unsigned(0 - (uint64_t)value, 1, out + 1);
}

/* Whether the value is the double nearest to whole with so many decimals; power
   is that of ten. */
static bool is_quotient(double value, uint64_t whole, uint64_t power,
                        size_t decimals)
{
#if FLT_EVAL_METHOD == 0
  (void)decimals;
  return (double)whole / (double)power == value;
#else
  /* A quotient of more bits would be rounded twice. */
  struct rtk_decimal decimal = {whole, -(int64_t)decimals};
  double quotient;
  (void)power;
  return whole > 0 && rtk_decimal_to_double(&decimal, &quotient) &&
         quotient == value;
#endif
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
    if (is_quotient(value, whole, power, decimals)) {
      size_t length = rtk_digits_put_unsigned(whole / power, 1, out);
      out[length++] = '.';
      return length +
             rtk_digits_put_unsigned(whole % power, decimals, out + length);
    }
  }
  return 0;
}

/* The digits of snprintf. */
static void print_digits(double value, int precision, struct rtk_digits *digits)
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
}

static bool reads_back(const char *text, size_t length, double value)
{
  struct rtk_number number;
  (void)rtk_number_parse(text, text + length, &number);
  return number.kind <= RTK_NUMBER_FLOAT && number.real == value;
}

/* Writes a positive value with the fewest digits from precision on that read
   back as it. */
static size_t print_shortest(double value, int precision, char *out)
{
  for (;; precision++) {
    struct rtk_digits digits;
    size_t length;
    print_digits(value, precision, &digits);
    length = rtk_digits_put(&digits, out);
    if (precision == RTK_DIGITS_MAX || reads_back(out, length, value))
      return length;
  }
}

/* The fewest digits that read back as a normal, positive value; false if that
   is undecided. */
static bool find_shortest(double value, struct rtk_decimal *decimal, int *count)
{
  for (*count = SHORT_DIGITS; *count <= RTK_DIGITS_MAX; ++*count) {
    double back;
    if (!rtk_decimal_from_double(value, *count, decimal))
      return false;
    if (*count == RTK_DIGITS_MAX)
      break;
    if (!rtk_decimal_to_double(decimal, &back))
      return false;
    if (back == value)
      break;
  }
  return true;
}

static size_t put_shortest(double value, char *out)
{
  struct rtk_decimal decimal;
  struct rtk_digits digits;
  /* The smallest doubles need fewer digits than others. */
  if (value < DBL_MIN)
    return print_shortest(value, 1, out);
  if (!find_shortest(value, &decimal, &digits.count))
    return print_shortest(value, SHORT_DIGITS, out);
  digits.exponent = (int)decimal.power + digits.count - 1;
  (void)rtk_digits_put_unsigned(decimal.digits, 1, digits.text);
  return rtk_digits_put(&digits, out);
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
  out[0] = '-';
  if (magnitude < INTEGER_LIMIT && magnitude == (double)(uint64_t)magnitude)
    return sign + rtk_digits_put_unsigned((uint64_t)magnitude, 1, out + sign);
  length = put_short(magnitude, out + sign);
  if (length == 0)
    length = put_shortest(magnitude, out + sign);
  return sign + length;
}
