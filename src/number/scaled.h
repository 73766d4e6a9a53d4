/* SPDX-License-Identifier: MIT */
/*
 * A decimal as a binary number: digits times a power of ten as 128 bits times a
 * power of two. The bits are cut off, and how much is missing is bounded: who
 * rounds them knows whether the bound can change the result.
 */
#ifndef RTK_SCALED_H
#define RTK_SCALED_H

#include <stdbool.h>
#include <stdint.h>

/* The powers of ten that can be scaled with: minus this to this. */
#define RTK_SCALED_MAX_POWER 350

/* More than is missing from the lowest of the 128 bits on. */
#define RTK_SCALED_MISSING 12

struct rtk_scaled {
  uint64_t high; /* its top bit is set */
  uint64_t low;
  int exponent; /* the value is high and low as one number times 2 to this */
};

/* Scales digits, which are not 0; false if the power is out of range. */
bool rtk_scale(uint64_t digits, int64_t power, struct rtk_scaled *scaled);

#endif
