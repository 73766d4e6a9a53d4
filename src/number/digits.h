/* SPDX-License-Identifier: MIT */
/*
 * The digits of a number as text, with a point or an exponent where needed.
 */
#ifndef RTK_DIGITS_H
#define RTK_DIGITS_H

#include <stddef.h>
#include <stdint.h>

/* 17 digits tell any two doubles apart. */
#define RTK_DIGITS_MAX 17

struct rtk_digits {
  char text[RTK_DIGITS_MAX];
  int count;
  int exponent; /* of the first digit */
};

/* Writes value with at least width digits; returns the length. */
size_t rtk_digits_put_unsigned(uint64_t value, size_t width, char *out);

/* Writes the number without zeros at the end, which it drops; returns the
   length. */
size_t rtk_digits_put(struct rtk_digits *digits, char *out);

#endif
