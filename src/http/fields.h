/* SPDX-License-Identifier: MIT */
/*
 * The fields of results. Their names are upvalues of the function that makes
 * results: so they need no search for the string that a text is in Lua.
 */
#ifndef RTK_FIELDS_H
#define RTK_FIELDS_H

#include "base/buffer.h"

#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

enum rtk_field {
  RTK_FIELD_ID,
  RTK_FIELD_ELAPSED,
  RTK_FIELD_STATUS,
  RTK_FIELD_HEADERS,
  RTK_FIELD_CONNECT_TIME,
  RTK_FIELD_FIRST_BYTE_TIME,
  RTK_FIELD_VALUE,
  RTK_FIELD_UNRESERVED,
  RTK_FIELD_IS_SELECTED,
  RTK_FIELD_TEXT,
  RTK_FIELD_MESSAGE,
  RTK_FIELD_KIND,
  RTK_FIELD_SENT,
  RTK_FIELD_REASON,
  RTK_FIELD_RECEIVED,
  RTK_FIELD_HELD,
  RTK_FIELDS /* how many there are */
};

/* [-0, +RTK_FIELDS, m] Pushes the names, for upvalues behind the first one. */
void rtk_fields_push(lua_State *L);

/* [-0, +1, -] Pushes a name from the upvalues of the running function. */
void rtk_field_push(lua_State *L, enum rtk_field field);

/* [-0, +0, m] Set a field of the table on top. */
void rtk_field_set_number(lua_State *L, enum rtk_field field, double value);
void rtk_field_set_integer(lua_State *L, enum rtk_field field, int64_t value);
void rtk_field_set_boolean(lua_State *L, enum rtk_field field, bool value);
void rtk_field_set_string(lua_State *L, enum rtk_field field,
                          const char *value);
void rtk_field_set_bytes(lua_State *L, enum rtk_field field,
                         const struct rtk_buffer *value);

#endif
