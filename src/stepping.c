/* SPDX-License-Identifier: MIT */
/* The methods of a client that drive its calls, for C programs. */
#include "rtk.h"
#include "base/compat.h"

/* [-0, +1, e] Calls a method without arguments; pushes its first result. */
static void call_method(lua_State *L, int client, const char *name)
{
  luaL_checkstack(L, 3, "too many values for a call of rtk");
  lua_pushvalue(L, client);
  lua_getfield(L, -1, name);
  lua_insert(L, -2);
  lua_call(L, 1, 1);
}

/* [-1, +0, -] Pops a number, or nil, which stands for -1. */
static lua_Number pop_number(lua_State *L)
{
  lua_Number number = lua_isnil(L, -1) ? -1 : lua_tonumber(L, -1);
  lua_pop(L, 1);
  return number;
}

RTK_EXPORT int rtk_fd(lua_State *L, int client)
{
  call_method(L, client, "fd");
  return (int)pop_number(L);
}

RTK_EXPORT double rtk_timeout(lua_State *L, int client)
{
  call_method(L, client, "timeout");
  return pop_number(L);
}

RTK_EXPORT int rtk_step(lua_State *L, int client)
{
  call_method(L, client, "step");
  return (int)pop_number(L);
}
