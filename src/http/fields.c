/* SPDX-License-Identifier: MIT */
#include "http/fields.h"
#include "base/compat.h"

static const char *const names[RTK_FIELDS] = {
    [RTK_FIELD_ID] = "id",
    [RTK_FIELD_ELAPSED] = "elapsed",
    [RTK_FIELD_STATUS] = "status",
    [RTK_FIELD_HEADERS] = "headers",
    [RTK_FIELD_CONNECT_TIME] = "connect_time",
    [RTK_FIELD_FIRST_BYTE_TIME] = "first_byte_time",
    [RTK_FIELD_VALUE] = "value",
    [RTK_FIELD_UNRESERVED] = "unreserved",
    [RTK_FIELD_IS_SELECTED] = "is_selected",
    [RTK_FIELD_TEXT] = "text",
    [RTK_FIELD_MESSAGE] = "message",
    [RTK_FIELD_KIND] = "kind",
    [RTK_FIELD_SENT] = "sent",
    [RTK_FIELD_REASON] = "reason",
    [RTK_FIELD_RECEIVED] = "received",
    [RTK_FIELD_HELD] = "held",
};

void rtk_fields_push(lua_State *L)
{
  int i;
  luaL_checkstack(L, RTK_FIELDS, "names of fields");
  for (i = 0; i < RTK_FIELDS; i++)
    lua_pushstring(L, names[i]);
}

void rtk_field_push(lua_State *L, enum rtk_field field)
{
  lua_pushvalue(L, lua_upvalueindex(2 + (int)field));
}

void rtk_field_set_number(lua_State *L, enum rtk_field field, double value)
{
  rtk_field_push(L, field);
  lua_pushnumber(L, value);
  lua_rawset(L, -3);
}

void rtk_field_set_integer(lua_State *L, enum rtk_field field, int64_t value)
{
  rtk_field_push(L, field);
  rtk_pushcount(L, value);
  lua_rawset(L, -3);
}

void rtk_field_set_boolean(lua_State *L, enum rtk_field field, bool value)
{
  rtk_field_push(L, field);
  lua_pushboolean(L, value);
  lua_rawset(L, -3);
}

void rtk_field_set_string(lua_State *L, enum rtk_field field, const char *value)
{
  rtk_field_push(L, field);
  lua_pushstring(L, value);
  lua_rawset(L, -3);
}

void rtk_field_set_bytes(lua_State *L, enum rtk_field field,
                         const struct rtk_buffer *value)
{
  rtk_field_push(L, field);
  lua_pushlstring(L, value->length ? value->data : "", value->length);
  lua_rawset(L, -3);
}
