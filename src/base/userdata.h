/* SPDX-License-Identifier: MIT */
/* Types of userdata: how their metatables are made. */
#ifndef RTK_USERDATA_H
#define RTK_USERDATA_H

#include <lauxlib.h>
#include <lua.h>

struct rtk_userdata_type {
  const char *name; /* as luaL_checkudata takes it */
  const luaL_Reg *metamethods;
  const luaL_Reg *methods;
};

/*
 * [-upvalues, +1, m] Pushes the metatable, which is registered only when it is
 * whole. The first time the values on top become upvalues of the methods.
 */
void rtk_userdata_push_metatable(lua_State *L,
                                 const struct rtk_userdata_type *type,
                                 int upvalues);

#endif
