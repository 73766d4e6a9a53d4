/* SPDX-License-Identifier: MIT */
/*
 * The floor of decoding: makes a value with the calls of Lua's C API that no
 * decoder can do without, and reads no text for it. Tables get their final
 * size and are filled as they are; strings that repeat are Lua's already.
 *
 *   compile(value, indexes) -> plan
 *     Of a decoded value, whose arrays have a metatable; indexes has the
 *     strings that repeat: { [string] = index, ... }.
 *   run(plan, strings, metatable) -> value
 *     The strings by their indexes; the metatable of arrays.
 */
#include "base/compat.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define METATABLE "rtk.spec.json_floor"
/* Tables inside each other. */
#define MAX_DEPTH 64

enum kind { OBJECT, ARRAY, CLOSE, SHARED, STRING, NUMBER, BOOLEAN };

struct step {
  enum kind kind;
  int count; /* members, elements, index of a shared string; a truth */
  size_t length;
  char *bytes;
  lua_Number number;
};

struct plan {
  struct step *steps;
  int count;
  int size;
};

struct open_table {
  int index; /* on the stack */
  int count; /* elements so far; below 0 an object */
};

int luaopen_json_floor(lua_State *L);

static struct step *add(lua_State *L, struct plan *plan, enum kind kind,
                        int count)
{
  struct step *step;
  if (plan->count == plan->size) {
    int size = plan->size ? 2 * plan->size : 256;
    struct step *steps =
        realloc(plan->steps, (size_t)size * sizeof *plan->steps);
    if (!steps)
      luaL_error(L, "not enough memory");
    plan->steps = steps;
    plan->size = size;
  }
  step = &plan->steps[plan->count++];
  memset(step, 0, sizeof *step);
  step->kind = kind;
  step->count = count;
  return step;
}

static void add_string(lua_State *L, struct plan *plan)
{
  struct step *step;
  lua_pushvalue(L, -1);
  lua_rawget(L, 2);
  step = add(L, plan, lua_isnil(L, -1) ? STRING : SHARED,
             (int)lua_tointeger(L, -1));
  lua_pop(L, 1);
  if (step->kind == SHARED)
    return;
  step->length = rtk_rawlen(L, -1);
  step->bytes = malloc(step->length + 1);
  if (!step->bytes)
    luaL_error(L, "not enough memory");
  memcpy(step->bytes, lua_tostring(L, -1), step->length + 1);
}

static void add_value(lua_State *L, struct plan *plan, int depth);

/* Adds the members of the table on top; start is the step that opens it. */
static void add_members(lua_State *L, struct plan *plan, int start, int depth)
{
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    plan->steps[start].count++;
    lua_pushvalue(L, -2);
    add_string(L, plan);
    lua_pop(L, 1);
    add_value(L, plan, depth);
    lua_pop(L, 1);
  }
}

static void add_table(lua_State *L, struct plan *plan, int depth)
{
  bool is_array = lua_getmetatable(L, -1);
  int count = 0;
  int start = plan->count;
  int i;
  if (depth == MAX_DEPTH)
    luaL_error(L, "a table that is too deep");
  luaL_checkstack(L, 6, "a table that is too deep");
  if (is_array) {
    lua_pop(L, 1);
    count = (int)rtk_rawlen(L, -1);
    add(L, plan, ARRAY, count);
  } else {
    add(L, plan, OBJECT, 0);
    add_members(L, plan, start, depth + 1);
  }
  for (i = 1; i <= count; i++) {
    lua_rawgeti(L, -1, i);
    add_value(L, plan, depth + 1);
    lua_pop(L, 1);
  }
  add(L, plan, CLOSE, 0);
}

/* Adds the steps that make the value on top. */
static void add_value(lua_State *L, struct plan *plan, int depth)
{
  int type = lua_type(L, -1);
  if (type == LUA_TTABLE)
    add_table(L, plan, depth);
  else if (type == LUA_TSTRING)
    add_string(L, plan);
  else if (type == LUA_TNUMBER)
    add(L, plan, NUMBER, 0)->number = lua_tonumber(L, -1);
  else
    add(L, plan, BOOLEAN, lua_toboolean(L, -1));
}

static int plan_gc(lua_State *L)
{
  struct plan *plan = lua_touserdata(L, 1);
  int i;
  for (i = 0; i < plan->count; i++)
    free(plan->steps[i].bytes);
  free(plan->steps);
  plan->steps = NULL;
  plan->count = 0;
  return 0;
}

static int compile(lua_State *L)
{
  struct plan *plan;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  plan = rtk_newuserdata(L, sizeof *plan);
  memset(plan, 0, sizeof *plan);
  luaL_getmetatable(L, METATABLE);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, 1);
  add_value(L, plan, 0);
  lua_pop(L, 1);
  return 1;
}

/* Pushes a value that is not a table. */
static void push_scalar(lua_State *L, const struct step *step)
{
  if (step->kind == SHARED)
    lua_rawgeti(L, 2, step->count);
  else if (step->kind == STRING)
    lua_pushlstring(L, step->bytes, step->length);
  else if (step->kind == NUMBER)
    lua_pushnumber(L, step->number);
  else
    lua_pushboolean(L, step->count);
}

/* Pushes a new table, which is open from now on. */
static void open_table(lua_State *L, const struct step *step,
                       struct open_table *table)
{
  if (step->kind == OBJECT) {
    lua_createtable(L, 0, step->count);
  } else {
    lua_createtable(L, step->count, 0);
    lua_pushvalue(L, 3);
    lua_setmetatable(L, -2);
  }
  table->index = lua_gettop(L);
  table->count = step->kind == OBJECT ? -1 : 0;
}

static int run(lua_State *L)
{
  const struct plan *plan = luaL_checkudata(L, 1, METATABLE);
  const struct step *step = plan->steps;
  const struct step *end = plan->steps + plan->count;
  struct open_table tables[MAX_DEPTH];
  struct open_table *top;
  int depth = 0;
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 3);
  luaL_checkstack(L, 3 * MAX_DEPTH, "a plan");
  for (; step < end; step++) {
    if (step->kind == OBJECT || step->kind == ARRAY) {
      open_table(L, step, &tables[depth++]);
      continue;
    }
    if (step->kind == CLOSE)
      depth--;
    else
      push_scalar(L, step);
    if (depth == 0)
      return 1;
    top = &tables[depth - 1];
    if (top->count >= 0)
      lua_rawseti(L, top->index, ++top->count);
    else if (lua_gettop(L) == top->index + 2)
      lua_rawset(L, top->index);
  }
  return 0;
}

int luaopen_json_floor(lua_State *L)
{
  luaL_newmetatable(L, METATABLE);
  lua_pushcfunction(L, plan_gc);
  lua_setfield(L, -2, "__gc");
  lua_newtable(L);
  lua_pushcfunction(L, compile);
  lua_setfield(L, -2, "compile");
  lua_pushcfunction(L, run);
  lua_setfield(L, -2, "run");
  return 1;
}
