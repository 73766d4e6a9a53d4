/* SPDX-License-Identifier: MIT */
/* Terminals that a program's files lead to. */
#ifndef RTK_TERMINAL_H
#define RTK_TERMINAL_H

#include <lua.h>

/*
 * terminal_width(file) -> the columns of the terminal that a file of the io
 * library leads to, 80 if it does not say; nil if the file leads elsewhere or
 * is closed. Raises if there is no such file. [-0, +1, e]
 */
int terminal_width(lua_State *L);

#endif
