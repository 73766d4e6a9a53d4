/* SPDX-License-Identifier: MIT */
/*
 * The uncommon parts of reading a JSON string: non-ASCII bytes and escapes.
 * What is not Unicode becomes U+FFFD.
 *
 * The readers here and in json_decode.c share one convention: they take the
 * position of what they read and return the position behind it, or NULL after
 * noting the fault. Nothing here touches Lua.
 */
#ifndef RTK_JSON_STRING_H
#define RTK_JSON_STRING_H

#include "json/text.h"

/* What was expected where; what was found is the byte there. */
struct rtk_json_fault {
  const char *expected;
  const char *at;
};

/* Notes a fault; returns NULL for the reader to return. */
const char *rtk_json_note(struct rtk_json_fault *fault, const char *at,
                          const char *expected);

/*
 * From inside a string to the next byte that cannot be taken as it is, whose
 * position is returned: a quote, a backslash or the first byte of bad UTF-8.
 * Control characters on the way are faults.
 */
const char *rtk_json_scan_string(const char *at, const char *end,
                                 struct rtk_json_fault *fault);

/* Reads bad UTF-8 and writes its replacement. Never fails. */
const char *rtk_json_replace_bad(const char *at, const char *end,
                                 char out[RTK_JSON_UTF8_SIZE], size_t *length);

/* Reads an escape from behind its backslash and writes it as UTF-8. Half of a
   surrogate pair counts as bad. */
const char *rtk_json_read_escape(const char *at, const char *end,
                                 char out[RTK_JSON_UTF8_SIZE], size_t *length,
                                 struct rtk_json_fault *fault);

#endif
