/* SPDX-License-Identifier: MIT */
/*
 * Reads and checks the fields of an options table.
 *
 * Access is raw: no metamethod runs, so nothing can change the table or the
 * transport while it is read. Each reader raises a message that names the
 * field. Strings stay on the Lua stack, which keeps them alive.
 */
#ifndef RTK_OPTIONS_H
#define RTK_OPTIONS_H

#include "base/compat.h"

#include <stdbool.h>
#include <stddef.h>

/* Raises "bad argument #index (field 'name' reason)". [-0, +0, v] */
int rtk_options_error(lua_State *L, int index, const char *name,
                      const char *reason);

/*
 * The readers take the field on top, whose name is for messages. Each has one
 * that pushes the field first.
 *
 * [-0, +0, e] The text of a string, which stays, or NULL for nil. Raises for
 * every other type.
 */
const char *rtk_options_to_string(lua_State *L, int index, const char *name,
                                  size_t *length);

/* [-1, +0, e] A number, or standard for nil. Raises unless it is at least
   minimum. */
lua_Number rtk_options_to_number(lua_State *L, int index, const char *name,
                                 lua_Number standard, lua_Number minimum);

/* [-1, +0, e] A boolean; false for nil. */
bool rtk_options_to_boolean(lua_State *L, int index, const char *name);

/*
 * [-0, +1, e] Pushes the field's string, or nil when it is absent, and
 * returns its text or NULL. Raises for every other type.
 */
const char *rtk_options_string(lua_State *L, int index, const char *name,
                               size_t *length);

/*
 * [-0, +0, e] The field's number, or standard when it is absent. Raises unless
 * it is at least minimum.
 */
lua_Number rtk_options_number(lua_State *L, int index, const char *name,
                              lua_Number standard, lua_Number minimum);

/* [-0, +0, e] The field's boolean; false when it is absent. */
bool rtk_options_boolean(lua_State *L, int index, const char *name);

#endif
