/* SPDX-License-Identifier: MIT */
/*
 * Gives the items of a page their metatable, and with it their methods.
 */
#ifndef RTK_ITEMS_H
#define RTK_ITEMS_H

#include "base/compat.h"

/* set_metatables(items, metatable) [-0, +0, e] Sets the metatable of all tables
   in an array. */
int list_set_metatables(lua_State *L);

#endif
