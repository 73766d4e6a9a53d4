/* SPDX-License-Identifier: MIT */
/*
 * The inside of JSON strings: finds where a string ends and makes its text of
 * it. Half of a surrogate pair and bytes that are not UTF-8 become U+FFFD.
 */
#ifndef RTK_UNESCAPE_H
#define RTK_UNESCAPE_H

#include "base/buffer.h"

#include <stddef.h>

/* What was expected, and where. */
struct rtk_text_fault {
  const char *expected; /* NULL if there is not enough memory */
  const char *at;
};

/* Notes a fault; returns NULL for the reader to return. */
const char *rtk_text_note(struct rtk_text_fault *fault, const char *at,
                          const char *expected);

/*
 * From a code point in a string to the next byte that cannot be copied
 * unchanged: a quote, a backslash or the first byte of invalid UTF-8. A raw
 * control character and the end of the text are faults.
 */
const char *rtk_scan_string(const char *at, const char *end,
                            struct rtk_text_fault *fault);

/*
 * Appends the string from at, of which all before stop is copied unchanged, to
 * the buffer. Returns its closing quote, or NULL after noting the fault.
 */
const char *rtk_unescape(struct rtk_buffer *buffer, const char *at,
                         const char *stop, const char *end,
                         struct rtk_text_fault *fault);

#endif
