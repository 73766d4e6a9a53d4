/* SPDX-License-Identifier: MIT */
/*
 * Decimals of up to 19 digits to doubles and back, rounded to the nearest as
 * strtod and printf do. Both ways may be undecided, next to the middle of two
 * results or at the ends of the range: then another way has to be taken.
 */
#ifndef RTK_DECIMAL_H
#define RTK_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* The value is digits times ten to the power. */
struct rtk_decimal {
  uint64_t digits;
  int64_t power;
};

/* The double nearest to a decimal whose digits are not 0. */
bool rtk_decimal_to_double(const struct rtk_decimal *decimal, double *value);

/* The decimal of so many digits, 17 at most, nearest to a positive, normal
   double. */
bool rtk_decimal_from_double(double value, int precision,
                             struct rtk_decimal *decimal);

#endif
