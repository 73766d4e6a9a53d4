/* SPDX-License-Identifier: MIT */
#include "base/userdata.h"

/* What is on the stack above the upvalues, besides copies of them. */
#define SPARE_SLOTS 4

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

/* Registers the metatable on top, and pushes the one that is registered: a
   finalizer, which any allocation may run, may have made the type meanwhile. */
static void push_registered(lua_State *L, const char *name)
{
  luaL_getmetatable(L, name);
  if (!lua_isnil(L, -1))
    return;
  lua_pop(L, 1);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, name);
}

static void push_new(lua_State *L, const struct rtk_userdata_type *type,
                     int first, int upvalues)
{
  lua_newtable(L);
  lua_pushstring(L, type->name);
  lua_setfield(L, -2, "__name");
  set_functions(L, type->metamethods, first, 0);
  lua_newtable(L);
  set_functions(L, type->methods, first, upvalues);
  lua_setfield(L, -2, "__index");
  push_registered(L, type->name);
}

void rtk_userdata_push_metatable(lua_State *L,
                                 const struct rtk_userdata_type *type,
                                 int upvalues)
{
  int first = lua_gettop(L) - upvalues + 1;
  luaL_checkstack(L, upvalues + SPARE_SLOTS, "metatable of a type");
  luaL_getmetatable(L, type->name);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    push_new(L, type, first, upvalues);
  }
  lua_insert(L, first);
  lua_settop(L, first);
}
