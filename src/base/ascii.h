/* SPDX-License-Identifier: MIT */
/*
 * Case, order and numbers in text, independent of the locale. The functions of
 * C and of Lua 5.4 for these follow setlocale, which belongs to the host;
 * header names, URLs and messages must not depend on it.
 */
#ifndef RTK_ASCII_H
#define RTK_ASCII_H

#include "base/compat.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether length bytes are the same but for the case of ASCII letters. */
bool rtk_ascii_equal(const char *a, const char *b, size_t length);

/* lower(text) -> text with A to Z in lower case. [-0, +1, e] */
int ascii_lower(lua_State *L);

/* is_word(value) -> whether it is a string of ASCII letters, digits, "-" and
   "_", one at least. [-0, +1, -] */
int ascii_is_word(lua_State *L);

/* before(a, b) -> whether a comes first, byte by byte; for table.sort.
   [-0, +1, e] */
int ascii_before(lua_State *L);

/* number_text(number, digits) -> the number with so many significant digits,
   15 at most, for a message. [-0, +1, e] */
int ascii_number_text(lua_State *L);

#endif
