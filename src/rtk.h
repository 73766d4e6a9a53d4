/* SPDX-License-Identifier: MIT */
/*
 * rtk: the C part of the Cloudflare RealtimeKit SDK for Lua.
 *
 * This is all that a C program needs to give rtk to its scripts. On Lua 5.4
 *
 *   luaL_requiref(L, "rtk", luaopen_rtk, 0);
 *   lua_pop(L, 1);
 *
 * and on LuaJIT, or any other Lua,
 *
 *   lua_pushcfunction(L, luaopen_rtk);
 *   lua_call(L, 0, 0);
 *
 * after which require "rtk" needs no file. Any number of states and threads may
 * do so; a state, and all that was made in it, belongs to one thread at a time.
 * No signal handler is set or needed. A shared object with this library in it
 * has to stay loaded (-Wl,-z,nodelete), like rtk.so.
 */
#ifndef RTK_H
#define RTK_H

#include <lua.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The only place the version is written. */
#define RTK_VERSION "0.2.0"

#if defined(__GNUC__)
#define RTK_EXPORT __attribute__((visibility("default")))
#else
#define RTK_EXPORT
#endif

/*
 * [-0, +1, e] Opens rtk: pushes what require "rtk" gives, and makes all modules
 * of the Lua layer known to require. They are those of this build: files on the
 * Lua path are not looked at. Raises if the package, coroutine, debug, math,
 * os, string or table library is not open, or when out of memory. The emulator
 * is not part of it.
 */
RTK_EXPORT int luaopen_rtk(lua_State *L);

/*
 * [-0, +1, e] Opens the C part: pushes a table with decode, encode, null,
 * array_metatable, transport and _VERSION, and what the Lua layer needs
 * besides. Safe in many states and threads: the module keeps no mutable data
 * outside of the state.
 */
RTK_EXPORT int luaopen_rtk_core(lua_State *L);

#ifdef __cplusplus
}
#endif

#endif
