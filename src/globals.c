/* SPDX-License-Identifier: MIT */
#include "globals.h"
#include "base/compat.h"

#include <stdbool.h>
#include <time.h>

static int get_global(lua_State *L)
{
  lua_getglobal(L, lua_tostring(L, 1));
  return 1;
}

/* Pushes a global, or nil; a table of globals may raise for those that it
   lacks.
   [-0, +1, m] */
static void push_global(lua_State *L, const char *name)
{
  lua_pushcfunction(L, get_global);
  lua_pushstring(L, name);
  if (lua_pcall(L, 1, 1, 0) == 0)
    return;
  lua_pop(L, 1);
  lua_pushnil(L);
}

/* Sets the functions of the base library in the table on top. [-0, +0, e] */
static void set_functions(lua_State *L)
{
  static const char *const names[] = {
      "assert",   "collectgarbage", "error",  "getmetatable", "ipairs",
      "next",     "pairs",          "pcall",  "rawequal",     "rawget",
      "rawset",   "require",        "select", "setmetatable", "tonumber",
      "tostring", "type",           "xpcall", NULL,
  };
  const char *const *name = names;
  for (; *name; name++) {
    push_global(L, *name);
    if (!lua_isfunction(L, -1))
      luaL_error(L,
                 "rtk needs %s of the base library: call luaL_openlibs before",
                 *name);
    lua_setfield(L, -2, *name);
  }
}

static void demand_library(lua_State *L, const char *name)
{
  if (!lua_istable(L, -1))
    luaL_error(L, "rtk needs the %s library: call luaL_openlibs before", name);
}

/* Pushes a copy of the table on top. [-0, +1, m] */
static void push_copy(lua_State *L)
{
  int original = lua_gettop(L);
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, original)) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, original + 1);
  }
  /* It may itself inherit. */
  if (lua_getmetatable(L, original)) {
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, original);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, original + 1);
    lua_pop(L, 1);
  }
}

static void set_libraries(lua_State *L)
{
  static const char *const names[] = {"coroutine", "math", "string", "table",
                                      NULL};
  const char *const *name = names;
  for (; *name; name++) {
    push_global(L, *name);
    demand_library(L, *name);
    push_copy(L);
    lua_setfield(L, -3, *name);
    lua_pop(L, 1);
  }
}

/* package, which may be out of the script's sight. */
static void set_package(lua_State *L)
{
  lua_getfield(L, LUA_REGISTRYINDEX, RTK_LOADED_TABLE);
  demand_library(L, "package");
  lua_getfield(L, -1, "package");
  demand_library(L, "package");
  lua_setfield(L, -3, "package");
  lua_pop(L, 1);
}

static void set_optional(lua_State *L, const char *name, int type)
{
  push_global(L, name);
  if (lua_type(L, -1) == type)
    lua_setfield(L, -2, name);
  else
    lua_pop(L, 1);
}

static void set_optional_library(lua_State *L, const char *name)
{
  push_global(L, name);
  if (lua_istable(L, -1)) {
    push_copy(L);
    lua_setfield(L, -3, name);
  }
  lua_pop(L, 1);
}

/* unpack is in table since 5.2. */
static void set_unpack(lua_State *L)
{
  lua_getfield(L, -1, "table");
  lua_getfield(L, -1, "unpack");
  lua_remove(L, -2);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    set_optional(L, "unpack", LUA_TFUNCTION);
  } else
    lua_setfield(L, -2, "unpack");
}

static int os_time(lua_State *L)
{
  rtk_pushcount(L, time(NULL));
  return 1;
}

/* ("!" and a format, seconds) -> text */
static int os_date(lua_State *L)
{
  const char *format = luaL_checkstring(L, 1);
  time_t seconds = (time_t)luaL_checknumber(L, 2);
  char text[64];
  struct tm fields;
  luaL_argcheck(L, *format == '!', 1,
                "without the os library there is only UTC");
  luaL_argcheck(L, gmtime_r(&seconds, &fields), 2, "no date");
  lua_pushlstring(L, text, strftime(text, sizeof text, format + 1, &fields));
  return 1;
}

static int os_getenv(lua_State *L)
{
  lua_pushnil(L);
  return 1;
}

/* os, with what every state must have of it. */
static void set_os(lua_State *L)
{
  static const luaL_Reg functions[] = {{"time", os_time},
                                       {"date", os_date},
                                       {"getenv", os_getenv},
                                       {NULL, NULL}};
  const luaL_Reg *function = functions;
  set_optional_library(L, "os");
  lua_getfield(L, -1, "os");
  if (lua_isnil(L, -1)) {
    lua_newtable(L);
    lua_replace(L, -2);
  }
  for (; function->name; function++) {
    lua_getfield(L, -1, function->name);
    if (!lua_isfunction(L, -1)) {
      lua_pushcfunction(L, function->func);
      lua_setfield(L, -3, function->name);
    }
    lua_pop(L, 1);
  }
  lua_setfield(L, -2, "os");
}

void globals_push(lua_State *L)
{
  luaL_checkstack(L, 12, NULL);
  lua_createtable(L, 0, 32);
  set_functions(L);
  set_libraries(L);
  set_package(L);
  set_os(L);
  set_optional_library(L, "debug");
  set_optional_library(L, "io");
  set_optional(L, "arg", LUA_TTABLE);
  set_optional(L, "newproxy", LUA_TFUNCTION);
  set_unpack(L);
}
