/* SPDX-License-Identifier: MIT */
/*
 * Reads a number in one pass into its first 19 digits and a power of ten, which
 * decimal.h makes a double of. What that leaves undecided, or has too many
 * digits, goes to strtod as digits and exponent, a form without a decimal
 * point, which is what keeps the host's locale out.
 */
#include "number/number.h"
#include "number/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* No double and no midpoint of two doubles has more significant digits. */
#define MAX_DIGITS 768
/* As many digits as always fit 64 bits. */
#define HEAD_DIGITS 19
/* Beyond this an exponent decides alone: 0 or infinity. */
#define MAX_EXPONENT 100000

/* Where the parts of a number are. */
struct literal {
  bool negative;
  const char *first; /* digit */
  const char *point; /* behind the digits before the point */
  const char *stop;  /* behind all digits */
  int64_t exponent;  /* the number that follows an e */
};

static bool is_digit(const char *at, const char *end)
{
  return at < end && (unsigned char)(*at - '0') < 10;
}

/* Skips digits and appends them to value, which may overflow. */
static const char *skip_digits(const char *at, const char *end, uint64_t *value)
{
  for (; is_digit(at, end); at++)
    *value = *value * 10 + (uint64_t)(*at - '0');
  return at;
}

/* Reads what follows an e; returns the byte behind it. */
static const char *read_exponent(const char *at, const char *end,
                                 struct literal *literal)
{
  bool negative = at < end && *at == '-';
  int64_t exponent = 0;
  if (at < end && (*at == '-' || *at == '+'))
    at++;
  for (; is_digit(at, end); at++)
    if (exponent < INT64_MAX / 20)
      exponent = exponent * 10 + (*at - '0');
  literal->exponent = negative ? -exponent : exponent;
  return at;
}

/* The next digit that counts from at on, zeros in front not, or stop. */
static const char *find_digit(const struct literal *literal, const char *at,
                              bool is_first)
{
  while (at < literal->stop && (*at == '.' || (is_first && *at == '0')))
    at++;
  return at;
}

/* The power of ten of the digit that is at at. */
static int64_t power_at(const struct literal *literal, const char *at)
{
  return literal->exponent + (literal->point - at) - (at < literal->point);
}

/* Takes the first HEAD_DIGITS digits; returns whether others follow. */
static bool take_head(const struct literal *literal,
                      struct rtk_decimal *decimal)
{
  const char *at = find_digit(literal, literal->first, true);
  int count;
  decimal->digits = 0;
  decimal->power = literal->exponent;
  for (count = 0; count < HEAD_DIGITS && at < literal->stop; count++) {
    decimal->digits = decimal->digits * 10 + (uint64_t)(*at - '0');
    decimal->power = power_at(literal, at);
    at = find_digit(literal, at + 1, false);
  }
  return at < literal->stop;
}

/* strtod on the digits and the exponent alone: there is no point to read. */
static double slow_double(const struct literal *literal)
{
  char text[MAX_DIGITS + 16];
  const char *at = find_digit(literal, literal->first, true);
  int64_t power = 0;
  int count = 0;
  while (at < literal->stop && count < MAX_DIGITS) {
    text[count++] = *at;
    power = power_at(literal, at);
    at = find_digit(literal, at + 1, false);
  }
  while (at < literal->stop && (*at == '0' || *at == '.'))
    at++;
  /* What is dropped matters only in that it is not 0. */
  if (at < literal->stop) {
    text[count++] = '1';
    power--;
  }
  if (power > MAX_EXPONENT)
    power = MAX_EXPONENT;
  if (power < -MAX_EXPONENT)
    power = -MAX_EXPONENT;
  (void)snprintf(text + count, sizeof text - (size_t)count, "e%d", (int)power);
  return strtod(text, NULL);
}

/* The magnitude as the nearest double. */
static double to_double(const struct literal *literal,
                        const struct rtk_decimal *decimal, bool is_cut)
{
  struct rtk_decimal above = {decimal->digits + 1, decimal->power};
  double value;
  double upper;
  if (decimal->digits == 0)
    return 0;
  if (rtk_decimal_to_double(decimal, &value) &&
      (!is_cut || (rtk_decimal_to_double(&above, &upper) && value == upper)))
    return value;
  return slow_double(literal);
}

static void set_float(const struct literal *literal,
                      const struct rtk_decimal *decimal, bool is_cut,
                      struct rtk_number *number)
{
  double magnitude = to_double(literal, decimal, is_cut);
  number->real = literal->negative ? -magnitude : magnitude;
  number->kind = isfinite(magnitude) ? RTK_NUMBER_FLOAT : RTK_NUMBER_TOO_LARGE;
}

/* Negates the unsigned digits: INT64_MIN has no positive counterpart. */
static void set_integer(const struct literal *literal, uint64_t digits,
                        struct rtk_number *number)
{
  number->kind = RTK_NUMBER_INTEGER;
  number->integer = (int64_t)(literal->negative ? 0 - digits : digits);
  number->real = (double)number->integer;
}

static bool fits_integer(const struct literal *literal, uint64_t digits)
{
  uint64_t limit = (uint64_t)INT64_MAX + (literal->negative ? 1 : 0);
  return digits <= limit && (digits > 0 || !literal->negative);
}

/* Converts a number whose digits, taken together, are value if not too many. */
static void convert(const struct literal *literal, uint64_t value,
                    bool is_whole, struct rtk_number *number)
{
  struct rtk_decimal decimal = {value, literal->exponent};
  bool is_cut = false;
  if (literal->stop > literal->point)
    decimal.power -= literal->stop - literal->point - 1;
  if (literal->stop - literal->first > HEAD_DIGITS)
    is_cut = take_head(literal, &decimal);
  if (is_whole && !is_cut && fits_integer(literal, decimal.digits))
    set_integer(literal, decimal.digits, number);
  else
    set_float(literal, &decimal, is_cut, number);
}

const char *rtk_number_parse(const char *text, const char *end,
                             struct rtk_number *number)
{
  struct literal literal;
  const char *at = text;
  uint64_t value = 0;
  bool is_whole = true;
  number->kind = RTK_NUMBER_MALFORMED;
  literal.exponent = 0;
  literal.negative = at < end && *at == '-';
  at += literal.negative;
  if (!is_digit(at, end))
    return at;
  literal.first = at;
  at = *at == '0' ? at + 1 : skip_digits(at, end, &value);
  literal.point = at;
  if (at < end && *at == '.') {
    is_whole = false;
    if (!is_digit(++at, end))
      return at;
    at = skip_digits(at, end, &value);
  }
  literal.stop = at;
  if (at < end && (*at == 'e' || *at == 'E')) {
    is_whole = false;
    at = read_exponent(at + 1, end, &literal);
    if (!is_digit(at - 1, end))
      return at;
  }
  convert(&literal, value, is_whole, number);
  return at;
}
