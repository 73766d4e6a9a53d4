/* SPDX-License-Identifier: MIT */
/* The Lua layer inside the library, so that one file is enough. */
#ifndef RTK_BUNDLE_H
#define RTK_BUNDLE_H

#include <lua.h>

/* source(file) -> its text, or nil when it is not in the bundle. [-0, +1, e] */
int bundle_source(lua_State *L);

/*
 * adopt() is for the head of rtk/init.lua. It makes the table of globals_push,
 * upvalue 1, the globals of that file and of all other modules, which require
 * takes from where that file is: its folder, or the bundle. Modules require
 * others by a function of their own, which passes what is not of rtk on to
 * upvalue 2, the usual require. [-0, +0, e]
 */
int bundle_adopt(lua_State *L);

#endif
