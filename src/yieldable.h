/* SPDX-License-Identifier: MIT */
/* Whether the running coroutine can yield; nginx hides Lua's own answer. */
#ifndef RTK_YIELDABLE_H
#define RTK_YIELDABLE_H

#include <lua.h>

/*
 * yieldable() -> boolean, false outside of coroutines and below a C function
 * that called Lua, such as require. [-0, +1, -]
 */
int yieldable(lua_State *L);

#endif
