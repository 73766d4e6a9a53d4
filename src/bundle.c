/* SPDX-License-Identifier: MIT */
/* Opens rtk from the Lua layer that is inside of the library. */
#include "bundle.h"
#include "base/compat.h"
#include "globals.h"
#include "rtk.h"

#include <stdbool.h>
#include <string.h>

/* The text of a bundled file, and the file that follows it. */
static const char *text_of(const char *file)
{
  return file + strlen(file) + 1;
}

static const char *next_file(const char *file)
{
  const char *text = text_of(file);
  return text + strlen(text) + 1;
}

/* The file of a name, or NULL. */
static const char *find(const char *wanted)
{
  const char *file;
  for (file = rtk_bundle; *file; file = next_file(file)) {
    if (strcmp(file, wanted) == 0)
      return file;
  }
  return NULL;
}

int bundle_source(lua_State *L)
{
  const char *file = find(luaL_checkstring(L, 1));
  if (file)
    lua_pushstring(L, text_of(file));
  else
    lua_pushnil(L);
  return 1;
}

/* Pushes the name that require knows a file by. [-0, +1, m] */
static void push_module_name(lua_State *L, const char *file)
{
  const char *init = strstr(file, "/init.lua");
  const char *end = init ? init : strrchr(file, '.');
  lua_pushlstring(L, file, (size_t)(end - file));
  luaL_gsub(L, lua_tostring(L, -1), "/", ".");
  lua_remove(L, -2);
}

/*
 * Loads a file of the Lua layer from the folder of the others; false if it is
 * not there. [-0, +(1|0), e]
 */
static bool load_file(lua_State *L, const char *folder, const char *file)
{
  int status;
  lua_pushfstring(L, "%s%s", folder, strchr(file, '/') + 1);
  status = luaL_loadfile(L, lua_tostring(L, -1));
  lua_remove(L, -2);
  if (status == LUA_ERRFILE)
    lua_pop(L, 1);
  else if (status != 0)
    lua_error(L);
  return status == 0;
}

static void load_text(lua_State *L, const char *file)
{
  const char *text = text_of(file);
  /* Not to be taken for a user's file, which may be called rtk/... as well. */
  lua_pushfstring(L, "@[rtk]%s", strchr(file, '/'));
  if (luaL_loadbuffer(L, text, strlen(text), lua_tostring(L, -1)) != 0)
    lua_error(L);
  lua_remove(L, -2);
}

enum {
  FILE_NAME = lua_upvalueindex(1),
  FOLDER = lua_upvalueindex(2),
  GLOBALS = lua_upvalueindex(3)
};

/* The loader of a module, as package.preload wants it. */
static int load_module(lua_State *L)
{
  const char *file = lua_touserdata(L, FILE_NAME);
  const char *folder = lua_tostring(L, FOLDER);
  lua_settop(L, 1);
  if (!folder || !load_file(L, folder, file))
    load_text(L, file);
  lua_pushvalue(L, GLOBALS);
  rtk_set_globals(L, 2);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

/* Sets the loader of a file in package.preload, at 1; the folder is at 2. */
static void set_loader(lua_State *L, const char *file)
{
  push_module_name(L, file);
  lua_pushlightuserdata(L, (void *)file);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushcclosure(L, load_module, 3);
  lua_rawset(L, 1);
}

static void demand(lua_State *L, bool is_open, const char *library)
{
  if (!is_open)
    luaL_error(L, "rtk needs the %s library: call luaL_openlibs before",
               library);
}

/* Pushes a table of the package library. [-0, +1, e] */
static void push_table(lua_State *L, int index, const char *field)
{
  lua_getfield(L, index, field);
  demand(L, lua_istable(L, -1), "package");
}

/* Pushes package.loaded and package.preload. [-0, +2, e] */
static void push_package_tables(lua_State *L)
{
  push_table(L, LUA_REGISTRYINDEX, RTK_LOADED_TABLE);
  push_table(L, -1, "package");
  push_table(L, -1, "preload");
  lua_remove(L, -2);
}

/* Pushes the folder of the file that a chunk is from, or nil. [-0, +1, m] */
static void push_folder(lua_State *L, const char *source)
{
  static const char own[] = "init.lua";
  size_t length = strlen(source);
  bool is_file = *source == '@' && strncmp(source, "@[rtk]", 6) != 0;
  if (is_file && length > sizeof own &&
      strcmp(source + length - (sizeof own - 1), own) == 0)
    lua_pushlstring(L, source + 1, length - sizeof own);
  else
    lua_pushnil(L);
}

int bundle_adopt(lua_State *L)
{
  const char *file;
  lua_Debug caller;
  lua_settop(L, 0);
  push_package_tables(L);
  lua_remove(L, 1);
  if (!lua_getstack(L, 1, &caller) || !lua_getinfo(L, "Sf", &caller) ||
      strcmp(caller.what, "main") != 0)
    return luaL_error(L, "adopt is for the head of rtk/init.lua");
  lua_pushvalue(L, lua_upvalueindex(1));
  rtk_set_globals(L, 2);
  lua_settop(L, 1);
  push_folder(L, caller.source);
  for (file = rtk_bundle; *file; file = next_file(file))
    set_loader(L, file);
  return 0;
}

RTK_EXPORT int luaopen_rtk(lua_State *L)
{
  const char *first = find("rtk/init.lua");
  lua_settop(L, 0);
  push_package_tables(L);
  lua_pushcfunction(L, luaopen_rtk_core);
  lua_setfield(L, 2, "rtk.core");
  if (!first)
    return luaL_error(L, "rtk was built without its Lua layer");
  /* It adopts all others. */
  load_text(L, first);
  globals_push(L);
  rtk_set_globals(L, 3);
  lua_pushliteral(L, "rtk");
  lua_call(L, 1, 1);
  /* Now require finds it even if a host has called this as a function. */
  lua_pushvalue(L, -1);
  lua_setfield(L, 1, "rtk");
  return 1;
}
