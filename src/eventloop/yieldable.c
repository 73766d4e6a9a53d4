/* SPDX-License-Identifier: MIT */
/*
 * Lua 5.2 does not tell whether a coroutine can yield, so the stack is looked
 * at: of C functions, only pcall and xpcall let what they call yield.
 */
#include "yieldable.h"
#include "../base/compat.h"

enum { PCALL = lua_upvalueindex(1), XPCALL = lua_upvalueindex(2) };

bool yieldable_through_pcall(void)
{
  return RTK_YIELDS_THROUGH_PCALL;
}

#if RTK_HAS_ISYIELDABLE
static bool can_yield(lua_State *L)
{
  return lua_isyieldable(L);
}
#elif RTK_YIELDS_THROUGH_PCALL
static bool lets_yield(lua_State *L, lua_Debug *level)
{
  bool result;
  lua_getinfo(L, "Sf", level);
  result = *level->what != 'C' || lua_rawequal(L, -1, PCALL) ||
           lua_rawequal(L, -1, XPCALL);
  lua_pop(L, 1);
  return result;
}

static bool can_yield(lua_State *L)
{
  lua_Debug level;
  int i;
  bool is_main = lua_pushthread(L);
  lua_pop(L, 1);
  if (is_main)
    return false;
  /* Level 0 is this function. */
  for (i = 1; lua_getstack(L, i, &level); i++) {
    if (!lets_yield(L, &level))
      return false;
  }
  return true;
}
#else
static bool can_yield(lua_State *L)
{
  (void)L;
  return false;
}
#endif

static int yieldable(lua_State *L)
{
  lua_pushboolean(L, can_yield(L));
  return 1;
}

void yieldable_push(lua_State *L, int globals)
{
  lua_getfield(L, globals, "pcall");
  lua_getfield(L, globals < 0 ? globals - 1 : globals, "xpcall");
  lua_pushcclosure(L, yieldable, 2);
}
