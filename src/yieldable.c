/* SPDX-License-Identifier: MIT */
#include "yieldable.h"

int yieldable(lua_State *L)
{
  lua_pushboolean(L, lua_isyieldable(L));
  return 1;
}
