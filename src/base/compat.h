/* SPDX-License-Identifier: MIT */
/*
 * Differences between Lua versions; no other file knows the version.
 *
 * The sources are written for Lua 5.4. What others lack is defined here under
 * an rtk_ name, so that it cannot clash with a declaration in the Lua headers.
 * LuaJIT has the API of 5.1 with some later additions.
 */
#ifndef RTK_COMPAT_H
#define RTK_COMPAT_H

#include <lua.h>
#include <lauxlib.h>
#include <lualib.h> /* LUA_FILEHANDLE of 5.1 */

#ifdef LUA_VERSION_NUM
#if LUA_VERSION_NUM < 501 || LUA_VERSION_NUM > 505
#error "rtk runs on Lua 5.1 to 5.5 and LuaJIT 2.1: this is another lua.h"
#endif
#endif

#ifdef LUA_JITLIBNAME
#include <luajit.h>
#if LUAJIT_VERSION_NUM < 20100
#error "rtk needs LuaJIT 2.1: this is the luajit.h of an older one"
#endif
#endif

/* Whether Lua compiles what runs often. */
#ifdef LUA_JITLIBNAME
#define RTK_COMPILES 1
#else
#define RTK_COMPILES 0
#endif

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

/* Whether Lua tells if a coroutine can yield. */
#if LUA_VERSION_NUM >= 503 || defined(LUA_JITLIBNAME)
#define RTK_HAS_ISYIELDABLE 1
#else
#define RTK_HAS_ISYIELDABLE 0
#endif

/* Whether a coroutine can yield inside of pcall, iterators and metamethods. */
#if LUA_VERSION_NUM >= 502 || defined(LUA_JITLIBNAME)
#define RTK_YIELDS_THROUGH_PCALL 1
#else
#define RTK_YIELDS_THROUGH_PCALL 0
#endif

/* A step of the garbage collector, as for that many kilobytes. */
#if LUA_VERSION_NUM >= 505
#define rtk_gc_step(L, kilobytes)                                              \
  lua_gc((L), LUA_GCSTEP, 1024 * (size_t)(kilobytes))
#else
#define rtk_gc_step(L, kilobytes) lua_gc((L), LUA_GCSTEP, (int)(kilobytes))
#endif

/* Writes a function as bytecode, with all that is known of it. */
#if LUA_VERSION_NUM >= 503
#define rtk_dump(L, writer, context) lua_dump((L), (writer), (context), 0)
#else
#define rtk_dump(L, writer, context) lua_dump((L), (writer), (context))
#endif

/* Loads a chunk that is bytecode. */
#if LUA_VERSION_NUM >= 502
#define rtk_load_binary(L, reader, context, name)                              \
  lua_load((L), (reader), (context), (name), "b")
#else
#define rtk_load_binary(L, reader, context, name)                              \
  lua_load((L), (reader), (context), (name))
#endif

/* Makes the table on top the globals of a loaded chunk. [-1, +0, -] */
#if LUA_VERSION_NUM >= 502
#define rtk_set_globals(L, chunk) ((void)lua_setupvalue((L), (chunk), 1))
#else
#define rtk_set_globals(L, chunk) ((void)lua_setfenv((L), (chunk)))
#endif

#endif
