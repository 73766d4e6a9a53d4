/* SPDX-License-Identifier: MIT */
/*
 * What an iterator over a list remembers: the ids of the items that it has
 * returned, so that an item which moved to a later page comes once.
 *
 * The ids themselves are kept, and the bytes decide, so different ids never
 * pass for one: no item is left out that was not returned before, whatever the
 * hash says. There are no odds of that to state.
 *
 * Memory is bounded. The last 10,000 ids are remembered, and up to as many
 * before them, in two sets by turns: when one has 10,000 ids, or a mebibyte of
 * their text, it becomes the older one and the older one is emptied. Both
 * together take at most 2.6 MB, and 1.5 MB with UUIDs. What is forgotten may be
 * returned a second time, if it moves by more than that; it is never lost. The
 * same holds for an id too long for a set, and items without an id (a string
 * or a number) are always returned. So are items of one page with the same id.
 */
#ifndef RTK_UNSEEN_H
#define RTK_UNSEEN_H

#include "base/compat.h"

/*
 * unseen() -> a function that takes the items of the next page, an array, and
 * returns those whose id no page before had, in their order: the array itself
 * if that is all of them. [-0, +1, e] All memory is Lua's; if there is none,
 * the function raises and may be called again.
 */
int list_unseen(lua_State *L);

#endif
