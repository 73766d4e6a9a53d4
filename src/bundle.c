/* SPDX-License-Identifier: MIT */
/* Opens rtk from the Lua layer that is inside of the library. */
#include "bundle.h"
#include "base/compat.h"
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

int bundle_source(lua_State *L)
{
  const char *wanted = luaL_checkstring(L, 1);
  const char *file;
  for (file = rtk_bundle; *file; file = next_file(file)) {
    if (strcmp(file, wanted) == 0) {
      lua_pushstring(L, text_of(file));
      return 1;
    }
  }
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
 * The loader of a bundled module, as package.preload wants it. Upvalue 1 is
 * the file in the bundle.
 */
static int load_bundled(lua_State *L)
{
  const char *file = lua_touserdata(L, lua_upvalueindex(1));
  const char *text = text_of(file);
  lua_settop(L, 1);
  /* Not to be taken for a user's file, which may be called rtk/... as well. */
  lua_pushfstring(L, "@[rtk]%s", strchr(file, '/'));
  if (luaL_loadbuffer(L, text, strlen(text), lua_tostring(L, 2)) != 0)
    return lua_error(L);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

/* Sets the loader of a file in the table on top of the stack. [-0, +0, m] */
static void set_loader(lua_State *L, const char *file)
{
  push_module_name(L, file);
  lua_pushlightuserdata(L, (void *)file);
  lua_pushcclosure(L, load_bundled, 1);
  lua_rawset(L, -3);
}

static void demand(lua_State *L, bool is_open, const char *library)
{
  if (!is_open)
    luaL_error(L, "rtk needs the %s library: call luaL_openlibs before",
               library);
}

/* Raises unless there are the libraries that the modules use. [-0, +0, e] */
static void check_libraries(lua_State *L)
{
  static const char *const libraries[] = {
      "coroutine", "debug", "math", "os", "string", "table", NULL,
  };
  const char *const *library = libraries;
  for (; *library; library++) {
    lua_getglobal(L, *library);
    demand(L, lua_istable(L, -1), *library);
    lua_pop(L, 1);
  }
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

RTK_EXPORT int luaopen_rtk(lua_State *L)
{
  const char *file;
  check_libraries(L);
  push_package_tables(L);
  for (file = rtk_bundle; *file; file = next_file(file))
    set_loader(L, file);
  lua_pushcfunction(L, luaopen_rtk_core);
  lua_setfield(L, -2, "rtk.core");
  lua_getfield(L, -1, "rtk");
  lua_call(L, 0, 1);
  /* Now require finds it even if a host has called this as a function. */
  lua_pushvalue(L, -1);
  lua_setfield(L, -4, "rtk");
  return 1;
}
