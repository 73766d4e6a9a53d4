/* SPDX-License-Identifier: MIT */
#include "state.h"

#include <dirent.h>
#include <lauxlib.h>
#include <lualib.h>
#include <rtk.h>
#include <stdio.h>

static int open_all(lua_State *L)
{
  luaL_openlibs(L);
  lua_getglobal(L, "package");
  lua_pushliteral(L, "");
  lua_setfield(L, -2, "path");
  lua_pushliteral(L, "");
  lua_setfield(L, -2, "cpath");
  lua_pushcfunction(L, luaopen_rtk);
  lua_call(L, 0, 0);
  return 0;
}

static int open_core(lua_State *L)
{
  luaL_openlibs(L);
  lua_pushcfunction(L, luaopen_rtk_core);
  lua_call(L, 0, 1);
  lua_setglobal(L, "core");
  return 0;
}

static int report(lua_State *L)
{
  fprintf(stderr, "%s\n", lua_tostring(L, -1));
  return -1;
}

/* Returns the state once it is opened; else closes it and returns NULL. */
static lua_State *open_state(lua_State *L, lua_CFunction open)
{
  if (!L)
    return NULL;
  lua_pushcfunction(L, open);
  if (lua_pcall(L, 0, 0, 0) == 0)
    return L;
  (void)report(L);
  lua_close(L);
  return NULL;
}

lua_State *state_new(lua_Alloc allocate, void *context)
{
  return open_state(
      allocate ? lua_newstate(allocate, context) : luaL_newstate(), open_all);
}

lua_State *state_new_core(void)
{
  return open_state(luaL_newstate(), open_core);
}

long state_run(lua_State *L, const char *script, long argument)
{
  long result;
  lua_settop(L, 0);
  if (luaL_loadstring(L, script) != 0)
    return report(L);
  lua_pushinteger(L, argument);
  if (lua_pcall(L, 1, 1, 0) != 0)
    return report(L);
  result = (long)lua_tointeger(L, -1);
  lua_settop(L, 0);
  return result;
}

int state_descriptors(void)
{
  DIR *directory = opendir("/proc/self/fd");
  int count = 0;
  while (directory && readdir(directory))
    count++;
  if (directory)
    closedir(directory);
  /* Without "." and ".." and the directory itself. */
  return count - 3;
}
