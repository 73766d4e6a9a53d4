/* SPDX-License-Identifier: MIT */
/*
 * Reads a number in one pass into a decimal: its significant digits and a
 * power of ten. Small decimals convert exactly with one multiplication or
 * division; the rest goes to strtod as digits and exponent, a form without a
 * decimal point, which is what keeps the host's locale out.
 */
#include "number/number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* No double and no midpoint of two doubles has more significant digits. */
#define MAX_DIGITS 768
/* As many digits as always fit 64 bits. */
#define HEAD_DIGITS 19
/* Larger powers of ten are not exact doubles. */
#define MAX_EXACT_POWER 22
#define MAX_EXACT_HEAD (UINT64_C(1) << 53)
/* Beyond this an exponent decides alone: 0 or infinity. */
#define MAX_EXPONENT 100000

/* Powers of ten that are exact doubles. */
static const double powers[MAX_EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

struct decimal {
  bool negative;
  bool inexact;     /* a dropped digit was not 0 */
  int count;        /* significant digits kept */
  int64_t exponent; /* the value is digits times ten to this power */
  uint64_t head;    /* the value of the first HEAD_DIGITS digits */
  char digits[MAX_DIGITS];
};

static bool is_digit(const char *at, const char *end)
{
  return at < end && *at >= '0' && *at <= '9';
}

static void add_digit(struct decimal *decimal, char digit)
{
  if (decimal->count == 0 && digit == '0')
    return;
  if (decimal->count == MAX_DIGITS) {
    decimal->exponent++;
    decimal->inexact = decimal->inexact || digit != '0';
    return;
  }
  if (decimal->count < HEAD_DIGITS)
    decimal->head = decimal->head * 10 + (uint64_t)(digit - '0');
  decimal->digits[decimal->count++] = digit;
}

/* Returns the byte behind the fraction's digits. */
static const char *read_fraction(const char *at, const char *end,
                                 struct decimal *decimal)
{
  for (; is_digit(at, end); at++) {
    decimal->exponent--;
    add_digit(decimal, *at);
  }
  return at;
}

/* Reads what follows an e; returns the byte behind it. */
static const char *read_exponent(const char *at, const char *end,
                                 struct decimal *decimal)
{
  bool negative = at < end && *at == '-';
  int64_t exponent = 0;
  if (at < end && (*at == '-' || *at == '+'))
    at++;
  for (; is_digit(at, end); at++)
    if (exponent < INT64_MAX / 20)
      exponent = exponent * 10 + (*at - '0');
  decimal->exponent += negative ? -exponent : exponent;
  return at;
}

/* strtod on the digits and the exponent alone: there is no point to read. */
static double slow_double(const struct decimal *decimal)
{
  char text[MAX_DIGITS + 16];
  int64_t exponent = decimal->exponent;
  int i;
  for (i = 0; i < decimal->count; i++)
    text[i] = decimal->digits[i];
  if (decimal->inexact) {
    text[i++] = '1';
    exponent--;
  }
  if (exponent > MAX_EXPONENT)
    exponent = MAX_EXPONENT;
  if (exponent < -MAX_EXPONENT)
    exponent = -MAX_EXPONENT;
  (void)snprintf(text + i, sizeof text - (size_t)i, "e%d", (int)exponent);
  return strtod(text, NULL);
}

#if FLT_EVAL_METHOD == 0
/* The nearest double, or -1 if one operation does not make it. */
static double quick_double(const struct decimal *decimal)
{
  int64_t exponent = decimal->exponent;
  if (decimal->count > HEAD_DIGITS)
    return -1;
  if (exponent == 0)
    return (double)decimal->head;
  if (decimal->head > MAX_EXACT_HEAD)
    return -1;
  if (exponent > 0 && exponent <= MAX_EXACT_POWER)
    return (double)decimal->head * powers[exponent];
  if (exponent < 0 && exponent >= -MAX_EXACT_POWER)
    return (double)decimal->head / powers[-exponent];
  return -1;
}
#else
/* Wider registers would round twice. */
static double quick_double(const struct decimal *decimal)
{
  (void)decimal;
  return -1;
}
#endif

/* The magnitude as the nearest double. */
static double to_double(const struct decimal *decimal)
{
  double quick;
  if (decimal->count == 0)
    return 0;
  quick = quick_double(decimal);
  return quick >= 0 ? quick : slow_double(decimal);
}

static bool fits_integer(const struct decimal *decimal)
{
  uint64_t limit = (uint64_t)INT64_MAX + (decimal->negative ? 1 : 0);
  if (decimal->count == 0)
    return !decimal->negative;
  return decimal->count <= HEAD_DIGITS && decimal->head <= limit;
}

static void convert(const struct decimal *decimal, bool plain,
                    struct rtk_number *number)
{
  double real = to_double(decimal);
  number->real = decimal->negative ? -real : real;
  if (plain && fits_integer(decimal)) {
    number->kind = RTK_NUMBER_INTEGER;
    /* Negating the unsigned value first: INT64_MIN has no positive counterpart.
     */
    number->integer =
        (int64_t)(decimal->negative ? 0 - decimal->head : decimal->head);
  } else {
    number->kind = isfinite(real) ? RTK_NUMBER_FLOAT : RTK_NUMBER_TOO_LARGE;
  }
}

/* Any number, as rtk_number_parse. */
static const char *parse_long(const char *text, const char *end,
                              struct rtk_number *number)
{
  struct decimal decimal;
  const char *at = text;
  bool plain = true;
  decimal.negative = at < end && *at == '-';
  decimal.inexact = false;
  decimal.count = 0;
  decimal.exponent = 0;
  decimal.head = 0;
  number->kind = RTK_NUMBER_MALFORMED;
  at += decimal.negative;
  if (!is_digit(at, end))
    return at;
  if (*at == '0')
    at++;
  else
    for (; is_digit(at, end); at++)
      add_digit(&decimal, *at);
  if (at < end && *at == '.') {
    plain = false;
    if (!is_digit(++at, end))
      return at;
    at = read_fraction(at, end, &decimal);
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    plain = false;
    at = read_exponent(at + 1, end, &decimal);
    if (!is_digit(at - 1, end))
      return at;
  }
  convert(&decimal, plain, number);
  return at;
}

/* Skips digits and appends them to value, which may overflow. */
static const char *skip_digits(const char *at, const char *end, uint64_t *value)
{
  uint64_t digits = *value;
  for (; is_digit(at, end); at++)
    digits = digits * 10 + (uint64_t)(*at - '0');
  *value = digits;
  return at;
}

/* A number of a few digits without exponent, as rtk_number_parse; else NULL. */
static const char *parse_short(const char *text, const char *end,
                               struct rtk_number *number)
{
  bool negative = text < end && *text == '-';
  const char *first = text + negative;
  uint64_t value = 0;
  const char *point = skip_digits(first, end, &value);
  const char *stop = point;
  if (point < end && *point == '.')
    stop = skip_digits(point + 1, end, &value);
  if (point == first || (*first == '0' && point > first + 1) ||
      stop == point + 1 || stop - first >= HEAD_DIGITS ||
      (stop < end && (*stop == 'e' || *stop == 'E')))
    return NULL;
  if (stop == point && (value > 0 || !negative)) {
    number->kind = RTK_NUMBER_INTEGER;
    number->integer = negative ? -(int64_t)value : (int64_t)value;
    number->real = (double)number->integer;
    return stop;
  }
  if (FLT_EVAL_METHOD != 0 || value > MAX_EXACT_HEAD)
    return NULL;
  number->kind = RTK_NUMBER_FLOAT;
  number->real = (double)value;
  if (stop > point)
    number->real /= powers[stop - point - 1];
  if (negative)
    number->real = -number->real;
  return stop;
}

const char *rtk_number_parse(const char *text, const char *end,
                             struct rtk_number *number)
{
  const char *stop = parse_short(text, end, number);
  return stop ? stop : parse_long(text, end, number);
}
