/* SPDX-License-Identifier: MIT */
/*
 * rtk: the C part of the Cloudflare RealtimeKit SDK for Lua.
 *
 * This is all that a C program needs to give rtk to its scripts. Since Lua 5.2
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
 * Lua path are not looked at. Raises if the base, package, coroutine,
 * math, string or table library is not open, or when out of memory. The
 * emulator is not part of it.
 */
RTK_EXPORT int luaopen_rtk(lua_State *L);

/*
 * [-0, +1, e] Opens the C part: pushes a table with decode, encode, null,
 * array_metatable, transport and _VERSION, and what the Lua layer needs
 * besides. Safe in many states and threads: the module keeps no mutable data
 * outside of the state.
 */
RTK_EXPORT int luaopen_rtk_core(lua_State *L);

/*
 * A program with a loop of its own drives the calls that scripts make in tasks
 * of rtk.spawn: it waits until the descriptor of their client is readable or
 * the timeout is over, whichever is first, and steps the client; see
 * examples/embed/loop.c. Nothing of this blocks. `client` is the stack index of
 * what rtk.new returned.
 *
 * These functions call Lua, so they raise where any call of Lua may: when out
 * of memory, or when there is no client at the index. Call them where a
 * lua_pcall catches that. What tasks raise is kept for those who wait for them,
 * and not raised here. They belong to the thread of the state, and must not be
 * called by a function that a task calls.
 */

/*
 * [-0, +0, e] The descriptor that is readable (level-triggered) when rtk_step
 * has something to do, or -1 if the client was closed or has none. It belongs
 * to the client: never close, read or change it, and take it out of the loop
 * before the client is closed or collected. It stays the same until then, but
 * in a child of fork it is another one.
 */
RTK_EXPORT int rtk_fd(lua_State *L, int client);

/*
 * [-0, +0, e] Seconds until rtk_step is due even if the descriptor is not
 * readable, because a task sleeps or pauses between attempts. Negative if only
 * the descriptor tells. To be asked before each wait.
 */
RTK_EXPORT double rtk_timeout(lua_State *L, int client);

/*
 * [-0, +0, e] Takes one result, if there is one, and runs the tasks that can go
 * on until they wait again. Returns how many calls of the client have not
 * ended.
 */
RTK_EXPORT int rtk_step(lua_State *L, int client);

#ifdef __cplusplus
}
#endif

#endif
