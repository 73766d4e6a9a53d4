/* SPDX-License-Identifier: MIT */
/*
 * The uncommon parts of reading a JSON string: non-ASCII bytes and escapes.
 *
 * The readers here and in json_decode.c share one convention: they take the
 * position of what they read and return the position behind it, or NULL after
 * noting the fault. Nothing here touches Lua.
 */
#ifndef RTK_JSON_STRING_H
#define RTK_JSON_STRING_H

#include "json_text.h"

/* What was expected where; what was found is the byte there. */
struct rtk_json_fault {
  const char *expected;
  const char *at;
};

/* Notes a fault; returns NULL for the reader to return. */
const char *rtk_json_note(struct rtk_json_fault *fault, const char *at,
                          const char *expected);

/*
 * From inside a string to its next quote or backslash, whose position is
 * returned. Control characters and bad UTF-8 on the way are faults.
 */
const char *rtk_json_scan_string(const char *at, const char *end,
                                 struct rtk_json_fault *fault);

/* Reads an escape from behind its backslash and writes it as UTF-8. */
const char *rtk_json_read_escape(const char *at, const char *end,
                                 char out[RTK_JSON_UTF8_SIZE], size_t *length,
                                 struct rtk_json_fault *fault);

#endif
