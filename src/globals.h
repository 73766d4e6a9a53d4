/* SPDX-License-Identifier: MIT */
/* What the Lua layer takes from the state when it is loaded. */
#ifndef RTK_GLOBALS_H
#define RTK_GLOBALS_H

#include <lua.h>

/*
 * Pushes a table with the functions of the base library, and the libraries,
 * that the Lua layer uses as its globals. So it does not depend on what becomes
 * of those of the state: a sandbox may remove them, nginx gives each request
 * others, a program may refuse to read those that are missing.
 *
 * Libraries are copies, apart from `package`. `debug`, `io`, `arg` and
 * `newproxy` are nil where they are missing.
 * `unpack` is there in all versions. `os` has time, date (of UTC) and getenv,
 * which knows no variable, even if the state has no os library. Raises if
 * anything else is missing. [-0, +1, e]
 */
void globals_push(lua_State *L);

#endif
