/* SPDX-License-Identifier: MIT */
/* Whether the running coroutine can yield. */
#ifndef RTK_YIELDABLE_H
#define RTK_YIELDABLE_H

#include <lua.h>
#include <stdbool.h>

/*
 * Pushes yieldable() -> whether the running coroutine can yield: false outside
 * of coroutines and below a C function that called Lua, such as require. nginx
 * hides Lua's own function for this. Plain Lua 5.1 cannot yield through pcall,
 * iterators and metamethods, and does not tell: there it is always false.
 * `globals` is the table of globals_push. [-0, +1, m]
 */
void yieldable_push(lua_State *L, int globals);

/* Whether functions that yield may call pcall, which tasks do. */
bool yieldable_through_pcall(void);

#endif
