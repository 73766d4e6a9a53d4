/* SPDX-License-Identifier: MIT */
#include "list/items.h"

int list_set_metatables(lua_State *L)
{
  int count, i;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  count = (int)rtk_rawlen(L, 1);
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, 1, i);
    if (lua_istable(L, -1)) {
      lua_pushvalue(L, 2);
      lua_setmetatable(L, -2);
    }
    lua_pop(L, 1);
  }
  return 0;
}
