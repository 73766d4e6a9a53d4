/* SPDX-License-Identifier: MIT */
#include "base/userdata.h"

/* Sets functions in the table on top; their upvalues begin at an index. */
static void set_functions(lua_State *L, const luaL_Reg *function, int first,
                          int upvalues)
{
  int i;
  for (; function->name; function++) {
    for (i = 0; i < upvalues; i++)
      lua_pushvalue(L, first + i);
    lua_pushcclosure(L, function->func, upvalues);
    lua_setfield(L, -2, function->name);
  }
}

static void push_new(lua_State *L, const struct rtk_class *class, int first,
                     int upvalues)
{
  lua_newtable(L);
  lua_pushstring(L, class->name);
  lua_setfield(L, -2, "__name");
  set_functions(L, class->metamethods, first, 0);
  lua_newtable(L);
  set_functions(L, class->methods, first, upvalues);
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, class->name);
}

void rtk_class_push(lua_State *L, const struct rtk_class *class, int upvalues)
{
  int first = lua_gettop(L) - upvalues + 1;
  luaL_getmetatable(L, class->name);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    push_new(L, class, first, upvalues);
  }
  lua_insert(L, first);
  lua_settop(L, first);
}
