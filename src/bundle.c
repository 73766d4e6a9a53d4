/* SPDX-License-Identifier: MIT */
/* Opens rtk from the Lua layer that is inside of the library. */
#include "bundle.h"
#include "base/compat.h"
#include "bundle/archive.h"
#include "bundle/loader.h"
#include "globals.h"
#include "rtk.h"

#include <stdbool.h>
#include <string.h>

int bundle_source(lua_State *L)
{
  int file = archive_find(luaL_checkstring(L, 1));
  struct archive_part text;
  if (file < 0) {
    lua_pushnil(L);
    return 1;
  }
  text = archive_text(file);
  lua_pushlstring(L, text.data, text.size);
  return 1;
}

/* Pushes the name that require knows a file by. [-0, +1, m] */
static void push_module_name(lua_State *L, const char *file)
{
  char name[sizeof rtk_files->name];
  const char *init = strstr(file, "/init.lua");
  size_t length = (size_t)((init ? init : strrchr(file, '.')) - file);
  size_t place;
  memcpy(name, file, length);
  for (place = 0; place < length; place++) {
    if (name[place] == '/')
      name[place] = '.';
  }
  lua_pushlstring(L, name, length);
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
  bool is_file = *source == '@' && strncmp(source + 1, BUNDLED_FOLDER,
                                           strlen(BUNDLED_FOLDER)) != 0;
  if (is_file && length > sizeof own &&
      strcmp(source + length - (sizeof own - 1), own) == 0)
    lua_pushlstring(L, source + 1, length - sizeof own);
  else
    lua_pushnil(L);
}

/* Sets the loader of all modules, on top, in package.preload. [-1, +0, m] */
static void preload(lua_State *L, int preloaded)
{
  const struct archive_file *file = rtk_files;
  for (; *file->name; file++) {
    push_module_name(L, file->name);
    lua_pushvalue(L, -2);
    lua_rawset(L, preloaded);
  }
  lua_pop(L, 1);
}

enum { GLOBALS = lua_upvalueindex(1), REQUIRE = lua_upvalueindex(2) };

int bundle_adopt(lua_State *L)
{
  enum { LOADED = 1, PRELOADED, CALLER, FOLDER, LOADER };
  lua_Debug caller;
  const char *folder;
  lua_settop(L, 0);
  push_package_tables(L);
  if (!lua_getstack(L, 1, &caller) || !lua_getinfo(L, "Sf", &caller) ||
      strcmp(caller.what, "main") != 0)
    return luaL_error(L, "adopt is for the head of rtk/init.lua");
  lua_pushvalue(L, GLOBALS);
  rtk_set_globals(L, CALLER);
  push_folder(L, caller.source);
  folder = lua_tostring(L, FOLDER);
  loader_push(L, GLOBALS, folder, folder && loader_is_archived(folder));
  loader_push_require(L, LOADER, LOADED, REQUIRE);
  lua_setfield(L, GLOBALS, "require");
  preload(L, PRELOADED);
  return 0;
}

RTK_EXPORT int luaopen_rtk(lua_State *L)
{
  int first = archive_find("rtk/init.lua");
  lua_settop(L, 0);
  push_package_tables(L);
  lua_pushcfunction(L, luaopen_rtk_core);
  lua_setfield(L, 2, "rtk.core");
  if (first < 0)
    return luaL_error(L, "rtk was built without its Lua layer");
  /* It adopts all others. */
  loader_push_archived(L, first, BUNDLED_FOLDER);
  globals_push(L);
  rtk_set_globals(L, 3);
  lua_pushliteral(L, "rtk");
  lua_call(L, 1, 1);
  /* Now require finds it even if a host has called this as a function. */
  lua_pushvalue(L, -1);
  lua_setfield(L, 1, "rtk");
  return 1;
}
