/* SPDX-License-Identifier: MIT */
/* The Lua layer inside the library, so that one file is enough. */
#ifndef RTK_BUNDLE_H
#define RTK_BUNDLE_H

#include <lua.h>

/*
 * For each file of the Lua layer its name, such as "rtk/client.lua", and after
 * that its text; then an empty name. All end with a zero byte.
 */
extern const char rtk_bundle[] __attribute__((visibility("hidden")));

/* source(file) -> its text, or nil when it is not in the bundle. [-0, +1, e] */
int bundle_source(lua_State *L);

/*
 * adopt() is for the head of rtk/init.lua. It makes the table of globals_push,
 * upvalue 1, the globals of that file and of all other modules, which require
 * takes from where that file is: its folder, or the bundle. [-0, +0, e]
 */
int bundle_adopt(lua_State *L);

#endif
