/* SPDX-License-Identifier: MIT */
#include "number/decimal.h"
#include "number/scaled.h"

#include <float.h>
#include <string.h>

/* Larger integers are not all exact doubles. */
#define MAX_EXACT_DIGITS (UINT64_C(1) << 53)
/* Larger powers of ten are not exact doubles. */
#define MAX_EXACT_POWER 22

/* Of the representation of doubles: bits of the fraction, the exponent of all
   ones, and that of 1. */
#define FRACTION_BITS 52
#define EXPONENT_MAX 2047
#define EXPONENT_BIAS 1023

#if FLT_EVAL_METHOD == 0
static const double powers[MAX_EXACT_POWER + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* By one operation on doubles that are exact. */
static bool divide(const struct rtk_decimal *decimal, double *value)
{
  if (decimal->digits > MAX_EXACT_DIGITS || decimal->power > MAX_EXACT_POWER ||
      decimal->power < -MAX_EXACT_POWER)
    return false;
  if (decimal->power < 0)
    *value = (double)decimal->digits / powers[-decimal->power];
  else
    *value = (double)decimal->digits * powers[decimal->power];
  return true;
}
#else
/* Wider registers would round twice. */
static bool divide(const struct rtk_decimal *decimal, double *value)
{
  (void)decimal;
  (void)value;
  return false;
}
#endif

/*
 * Rounds to the upper 128 - cut bits, cut being at least 65; false if what is
 * missing could change the result.
 */
static bool round_off(const struct rtk_scaled *scaled, int cut,
                      uint64_t *result)
{
  uint64_t half = UINT64_C(1) << (cut - 65);
  uint64_t rest = scaled->high & (half * 2 - 1);
  if (rest == half && scaled->low == 0)
    return false;
  if (rest == half - 1 && scaled->low > UINT64_MAX - RTK_SCALED_MISSING)
    return false;
  *result = (scaled->high >> (cut - 64)) + (rest >= half);
  return true;
}

/* The double of these FRACTION_BITS + 1 bits, the top one set, or of the power
   of two above them; it may be infinite. */
static double assemble(uint64_t mantissa, int exponent)
{
  /* The top bit counts as one in the exponent. */
  uint64_t bits = ((uint64_t)(exponent - 1) << FRACTION_BITS) + mantissa;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

bool rtk_decimal_to_double(const struct rtk_decimal *decimal, double *value)
{
  struct rtk_scaled scaled;
  uint64_t mantissa;
  int exponent;
  if (divide(decimal, value))
    return true;
  if (!rtk_scale(decimal->digits, decimal->power, &scaled))
    return false;
  exponent = scaled.exponent + 127 + EXPONENT_BIAS;
  if (exponent < 1 || exponent >= EXPONENT_MAX)
    return false;
  if (!round_off(&scaled, 128 - FRACTION_BITS - 1, &mantissa))
    return false;
  *value = assemble(mantissa, exponent);
  return true;
}

/* Ten to powers that fit. */
static uint64_t ten_to(int power)
{
  uint64_t result = 1;
  for (; power > 0; power--)
    result *= 10;
  return result;
}

/* The decimal logarithm of two to a power, rounded down. The number that is
   shifted is not negative. */
static int log_of_two_to(int power)
{
  return ((78913 * power + (1 << 30)) >> 18) - (1 << 12);
}

bool rtk_decimal_from_double(double value, int precision,
                             struct rtk_decimal *decimal)
{
  struct rtk_scaled scaled;
  uint64_t bits;
  uint64_t mantissa;
  int exponent;
  int power;
  memcpy(&bits, &value, sizeof bits);
  mantissa = (bits & ((UINT64_C(1) << FRACTION_BITS) - 1)) |
             UINT64_C(1) << FRACTION_BITS;
  exponent = (int)(bits >> FRACTION_BITS) - EXPONENT_BIAS;
  /* Of the first digit, or one less. */
  power = log_of_two_to(exponent);
  for (;; power++) {
    int cut;
    if (!rtk_scale(mantissa, precision - 1 - power, &scaled))
      return false;
    cut = -(scaled.exponent + exponent - FRACTION_BITS);
    if (!round_off(&scaled, cut, &decimal->digits))
      return false;
    if (decimal->digits < ten_to(precision))
      break;
  }
  decimal->power = power - precision + 1;
  return true;
}
