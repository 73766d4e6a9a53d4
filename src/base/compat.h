/* SPDX-License-Identifier: MIT */
/*
 * Differences between Lua versions; no other file knows the version.
 *
 * The sources are written for Lua 5.4. What LuaJIT (the 5.1 API with some later
 * additions) lacks is defined here under an rtk_ name and then mapped, so that
 * it cannot clash with a declaration in the Lua headers.
 */
#ifndef RTK_COMPAT_H
#define RTK_COMPAT_H

#include <lua.h>
#include <lauxlib.h>
#include <lualib.h> /* LUA_FILEHANDLE of 5.1 */

#if LUA_VERSION_NUM >= 503
/* Integers are a subtype: 64 bits, apart from floats. */
#define RTK_HAS_INTEGERS 1
#else
#define RTK_HAS_INTEGERS 0
#endif

#if LUA_VERSION_NUM >= 504
#define rtk_newuserdata(L, size) lua_newuserdatauv((L), (size), 0)
#else
#define rtk_newuserdata(L, size) lua_newuserdata((L), (size))
#endif

#if LUA_VERSION_NUM < 502
#define rtk_rawlen(L, index) lua_objlen((L), (index))
#else
#define rtk_rawlen(L, index) ((size_t)lua_rawlen((L), (index)))
#endif

/* Pushes a count that may need more than 32 bits, as lua_Integer may have. */
#if RTK_HAS_INTEGERS
#define rtk_pushcount(L, count) lua_pushinteger((L), (lua_Integer)(count))
#else
#define rtk_pushcount(L, count) lua_pushnumber((L), (lua_Number)(count))
#endif

/* The FILE of the userdata of an io library's file; NULL if that is closed. */
#if LUA_VERSION_NUM >= 502
#define rtk_stream_file(stream)                                                \
  (((luaL_Stream *)(stream))->closef ? ((luaL_Stream *)(stream))->f : NULL)
#else
#define rtk_stream_file(stream) (*(FILE **)(stream))
#endif

/* Where the registry has package.loaded. */
#if LUA_VERSION_NUM >= 503
#define RTK_LOADED_TABLE LUA_LOADED_TABLE
#else
#define RTK_LOADED_TABLE "_LOADED"
#endif

#endif
