/* SPDX-License-Identifier: MIT */
#include "json/members.h"

void rtk_json_drop_duplicate(lua_State *L, struct rtk_json_frame *frame)
{
  int key = frame->table + 1;
  int last = frame->table + 2 * frame->count;
  while (key < last && !lua_rawequal(L, key, -1))
    key += 2;
  if (key > last)
    return;
  lua_remove(L, key);
  lua_remove(L, key);
  frame->count--;
}

void rtk_json_drop_member(lua_State *L, const struct rtk_json_frame *frame)
{
  if (frame->is_made) {
    lua_pushvalue(L, -1);
    lua_rawget(L, frame->table);
    if (!lua_isnil(L, -1)) {
      lua_pushvalue(L, -2);
      lua_pushnil(L);
      lua_rawset(L, frame->table);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* Last to first, as they come off the stack. */
void rtk_json_store_members(lua_State *L, struct rtk_json_frame *frame)
{
  int table = frame->table;
  int count = frame->count;
  if (frame->is_made)
    return;
  lua_createtable(L, 0, count);
  lua_replace(L, table);
  frame->is_made = true;
  for (; count > 0; count--)
    lua_rawset(L, table);
  frame->count = 0;
}
