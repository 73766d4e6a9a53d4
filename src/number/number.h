/* SPDX-License-Identifier: MIT */
/*
 * JSON numbers to C numbers and back, in any locale.
 *
 * Reading: a number without fraction and exponent that fits 64 bits is an
 * integer, any other the nearest double. "-0" is the float -0.0, so that its
 * sign survives. Writing: a float gets the fewest digits that read back as the
 * same value; one without a fraction is written without a point.
 */
#ifndef RTK_NUMBER_H
#define RTK_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum rtk_number_kind {
  RTK_NUMBER_INTEGER,
  RTK_NUMBER_FLOAT,
  RTK_NUMBER_MALFORMED, /* not a JSON number */
  RTK_NUMBER_TOO_LARGE  /* its nearest double is infinite */
};

struct rtk_number {
  enum rtk_number_kind kind;
  int64_t integer; /* for INTEGER */
  double real;     /* for INTEGER and FLOAT */
};

/*
 * Reads the number that begins at text. Returns the byte behind it, or for
 * MALFORMED the byte where a digit was expected (which may be end).
 */
const char *rtk_number_parse(const char *text, const char *end,
                             struct rtk_number *number);

/* Room for any formatted number. */
#define RTK_NUMBER_SIZE 40

/* Writes value, not terminated; returns the length. */
size_t rtk_number_format_integer(int64_t value, char out[RTK_NUMBER_SIZE]);

/* Writes a finite value, not terminated; returns the length. */
size_t rtk_number_format_float(double value, char out[RTK_NUMBER_SIZE]);

/* Significant digits of numbers in messages. */
#define RTK_NUMBER_SHOWN 6

/* Writes a value for people, as %g does with so many digits (15 at most),
   terminated. */
void rtk_number_show(double value, int digits, char out[RTK_NUMBER_SIZE]);

#endif
