/* SPDX-License-Identifier: MIT */
/* Types of userdata: what their metatables have in common. */
#ifndef RTK_CLASS_H
#define RTK_CLASS_H

#include <lauxlib.h>
#include <lua.h>

struct rtk_class {
  const char *name; /* as luaL_checkudata takes it */
  const luaL_Reg *metamethods;
  const luaL_Reg *methods;
};

/*
 * [-upvalues, +1, m] Pushes the metatable, which is registered only when it is
 * whole. The first time the values on top become upvalues of the methods.
 */
void rtk_class_push(lua_State *L, const struct rtk_class *class, int upvalues);

#endif
