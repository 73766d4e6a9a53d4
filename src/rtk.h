/* SPDX-License-Identifier: MIT */
/*
 * rtk: the C part of the Cloudflare RealtimeKit SDK for Lua.
 *
 * A host or a Lua script loads it as "rtk.core"; the Lua layer in lua/rtk
 * is what users require.
 */
#ifndef RTK_H
#define RTK_H

#include <lua.h>

/* The only place the version is written. */
#define RTK_VERSION "0.1.0"

#if defined(__GNUC__)
#define RTK_EXPORT __attribute__((visibility("default")))
#else
#define RTK_EXPORT
#endif

/*
 * [-0, +1, e] Opens the C part: pushes a table with decode, encode, null,
 * array_metatable, transport, relay, now, sleep, yieldable and _VERSION. Safe
 * in many states and threads: the module keeps no mutable data outside of the
 * state.
 */
RTK_EXPORT int luaopen_rtk_core(lua_State *L);

#endif
