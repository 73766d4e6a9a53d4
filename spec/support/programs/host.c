/* SPDX-License-Identifier: MIT */
/*
 * The smallest Lua interpreter: runs a script with arguments. Compiled with a
 * sanitizer it lets a sanitized rtk.so be tested without preloading the
 * sanitizer into everything that the specs start.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>

int main(int argc, char **argv)
{
  lua_State *L = luaL_newstate();
  int index;
  int failed;
  if (!L || argc < 2)
    return 2;
  luaL_openlibs(L);
  lua_newtable(L);
  for (index = 0; index < argc; index++) {
    lua_pushstring(L, argv[index]);
    lua_rawseti(L, -2, index - 1);
  }
  lua_setglobal(L, "arg");
  failed = luaL_dofile(L, argv[1]);
  if (failed)
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
  lua_close(L);
  return failed ? 1 : 0;
}
