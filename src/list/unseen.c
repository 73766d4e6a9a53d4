/* SPDX-License-Identifier: MIT */
#include "list/unseen.h"
#include "base/clock.h"
#include "list/id_set.h"
#include "list/siphash.h"
#include "system/portable.h"

#include <string.h>

/* Of one set. */
#define MOST_IDS 10000U
#define MOST_BYTES 1048576U
#define FIRST_SLOTS 64U
#define FIRST_BYTES 2048U

/* Upvalues of the function: struct memory, and the blocks of the sets. */
#define MEMORY lua_upvalueindex(1)
#define RECENT lua_upvalueindex(2)
#define OLDER lua_upvalueindex(3)

/* Stack of the function. */
#define ITEMS 1
#define NAME 2    /* "id" */
#define UNKNOWN 3 /* nil, or an array of the items that are new */

struct memory {
  struct rtk_siphash_key key;
  uint32_t page; /* serial of the latest page that was handed on */
};

enum kind { KIND_TEXT, KIND_INTEGER, KIND_NUMBER };

/* An id that is a number, in a form to compare. */
union number {
  lua_Number number;
  lua_Integer integer;
};

static struct rtk_id_set *set_at(lua_State *L, int upvalue)
{
  return lua_touserdata(L, upvalue);
}

/* Pushes a block with an empty set. */
static struct rtk_id_set *push_set(lua_State *L, uint32_t slots, uint32_t bytes)
{
  struct rtk_id_set *set = rtk_newuserdata(L, rtk_id_set_size(slots, bytes));
  rtk_id_set_init(set, slots, bytes);
  return set;
}

/* The emptied older set becomes the recent one. */
static void forget_older(lua_State *L)
{
  struct rtk_id_set *older = set_at(L, OLDER);
  rtk_id_set_init(older, older->slot_count, older->byte_capacity);
  lua_pushvalue(L, RECENT);
  lua_pushvalue(L, OLDER);
  lua_replace(L, RECENT);
  lua_replace(L, OLDER);
}

/* Makes room for an id in the recent set. [-0, +0, m] */
static struct rtk_id_set *make_room(lua_State *L, uint32_t length)
{
  struct rtk_id_set *set = set_at(L, RECENT);
  uint32_t slots, bytes;
  if (set->id_count == MOST_IDS || length >= MOST_BYTES - set->byte_count) {
    forget_older(L);
    set = set_at(L, RECENT);
  }
  slots = set->slot_count;
  bytes = set->byte_capacity;
  if (!rtk_id_set_has_slot(set))
    slots *= 2;
  while (length >= bytes - set->byte_count)
    bytes *= 2;
  if (slots == set->slot_count && bytes == set->byte_capacity)
    return set;
  rtk_id_set_copy(push_set(L, slots, bytes), set);
  lua_replace(L, RECENT);
  return set_at(L, RECENT);
}

/* Reads the id on top of the stack, which keeps its text. False if it is none
   that is remembered. */
static bool read_id(lua_State *L, union number *number, struct rtk_id *id)
{
  size_t length = sizeof *number;
  memset(number, 0, sizeof *number);
  id->bytes = (const char *)number;
  switch (lua_type(L, -1)) {
  case LUA_TSTRING:
    id->kind = KIND_TEXT;
    id->bytes = lua_tolstring(L, -1, &length);
    break;
  case LUA_TNUMBER:
    id->kind = KIND_NUMBER;
#if RTK_HAS_INTEGERS
    if (lua_isinteger(L, -1)) {
      id->kind = KIND_INTEGER;
      number->integer = lua_tointeger(L, -1);
      break;
    }
#endif
    number->number = lua_tonumber(L, -1);
    break;
  default:
    return false;
  }
  id->length = (uint32_t)length;
  return length < MOST_BYTES;
}

/* Whether the item on top has an id that a page before `latest` had; else the
   id is remembered. [-0, +0, m] */
static bool is_known(lua_State *L, const struct memory *memory, uint32_t latest)
{
  union number number;
  struct rtk_id id;
  uint32_t page = 0;
  if (!lua_istable(L, -1))
    return false;
  lua_pushvalue(L, NAME);
  lua_rawget(L, -2);
  if (read_id(L, &number, &id)) {
    id.hash = (uint32_t)rtk_siphash(&memory->key, id.bytes, id.length);
    page = rtk_id_set_page(set_at(L, RECENT), &id);
    if (!page)
      page = rtk_id_set_page(set_at(L, OLDER), &id);
    if (!page)
      rtk_id_set_add(make_room(L, id.length), &id, latest);
  }
  lua_pop(L, 1);
  return page && page != latest;
}

/* Pushes an array of the first items. [-0, +1, m] */
static void push_first(lua_State *L, int count)
{
  int i;
  lua_createtable(L, count, 0);
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, ITEMS, i);
    lua_rawseti(L, -2, i);
  }
}

/* function(items) -> unknown */
static int unseen(lua_State *L)
{
  struct memory *memory = lua_touserdata(L, MEMORY);
  /* 0 is no page. */
  uint32_t page = memory->page == UINT32_MAX ? 1 : memory->page + 1;
  int count, i, unknown = 0;
  luaL_checktype(L, ITEMS, LUA_TTABLE);
  lua_settop(L, ITEMS);
  lua_pushliteral(L, "id");
  lua_pushnil(L);
  count = (int)rtk_rawlen(L, ITEMS);
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, ITEMS, i);
    if (!is_known(L, memory, page)) {
      unknown++;
      if (!lua_isnil(L, UNKNOWN))
        lua_rawseti(L, UNKNOWN, unknown);
    } else if (lua_isnil(L, UNKNOWN)) {
      push_first(L, unknown);
      lua_replace(L, UNKNOWN);
    }
    lua_settop(L, UNKNOWN);
  }
  if (lua_isnil(L, UNKNOWN))
    lua_settop(L, ITEMS);
  /* What raised has given its page to nobody: it is tried again. */
  memory->page = page;
  return 1;
}

int list_unseen(lua_State *L)
{
  struct memory *memory = rtk_newuserdata(L, sizeof *memory);
  memory->page = 0;
  rtk_portable_random(&memory->key, sizeof memory->key);
  push_set(L, FIRST_SLOTS, FIRST_BYTES);
  push_set(L, FIRST_SLOTS, FIRST_BYTES);
  lua_pushcclosure(L, unseen, 3);
  return 1;
}
