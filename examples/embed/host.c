/* SPDX-License-Identifier: MIT */
/*
 * A C program whose scripts create participant tokens with rtk. It gives them
 * rtk and one function, deliver(name, token).
 *
 *   make host
 *   build/lua5.4/host examples/embed/invite.lua
 *
 * needs the environment that rtk.new reads; rtk-emulator -- COMMAND sets it.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <rtk.h>
#include <stdio.h>
#include <stdlib.h>

/* deliver(name, token): a real host would send the token to its user. */
static int deliver(lua_State *L)
{
  const char *name = luaL_checkstring(L, 1);
  size_t length;
  (void)luaL_checklstring(L, 2, &length);
  printf("%s gets a token of %zu bytes\n", name, length);
  return 0;
}

/* All code that may raise, so that main can catch it: (script) -> nothing */
static int run(lua_State *L)
{
  const char *script = lua_touserdata(L, 1);
  luaL_openlibs(L);
  luaL_requiref(L, "rtk", luaopen_rtk, 0);
  lua_register(L, "deliver", deliver);
  if (luaL_loadfile(L, script) != LUA_OK)
    return lua_error(L);
  lua_call(L, 0, 0);
  return 0;
}

/* Adds a traceback to an error. */
static int explain(lua_State *L)
{
  luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
  return 1;
}

int main(int argc, char **argv)
{
  lua_State *L;
  int status;
  if (argc != 2) {
    fprintf(stderr, "usage: %s SCRIPT\n", argv[0]);
    return EXIT_FAILURE;
  }
  L = luaL_newstate();
  if (!L) {
    fprintf(stderr, "%s: out of memory\n", argv[0]);
    return EXIT_FAILURE;
  }
  lua_pushcfunction(L, explain);
  lua_pushcfunction(L, run);
  lua_pushlightuserdata(L, argv[1]);
  status = lua_pcall(L, 1, 0, 1);
  if (status != LUA_OK)
    fprintf(stderr, "%s: %s\n", argv[0], lua_tostring(L, -1));
  lua_close(L);
  return status == LUA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
