/* SPDX-License-Identifier: MIT */
/*
 * The JSON encoder: walks a Lua value without recursion and writes the text
 * into the codec's scratch buffer.
 *
 * An open table takes two Lua stack slots, the table and the key it has got
 * to; the value of that key, above them, is where the next level begins. The
 * path to any value can thus be read off the stack, which happens only when
 * something cannot be encoded. Until the text is finished nothing is allocated
 * in Lua, so no finalizer can change a table on the way.
 *
 * Arrays are walked with lua_next as well: as long as it yields 1, 2, 3, ...
 * that proves there are no other keys. Where it yields another index, all keys
 * are checked once and the walk goes on by index: nothing is written twice, or
 * nested arrays would take twice as long at each level.
 */
#include "json/path.h"
#include "json/table_kind.h"
#include "json/scalar_writer.h"

/* Lua stack slots: of one level, and what is used above the last. */
#define LEVEL_SLOTS 2
#define SPARE_SLOTS 10
/* The stack is checked once for this many levels. */
#define CHECKED_LEVELS 16

enum kind {
  OBJECT,
  SEQUENCE, /* an array walked with lua_next */
  INDEXED   /* an array walked by index */
};

struct frame {
  lua_Integer count;  /* members written */
  lua_Integer length; /* of an INDEXED array */
  enum kind kind;
  bool has_apart; /* an object, and its fields kept apart come after these */
};

struct encoder {
  lua_State *L;
  struct rtk_json_writer writer;
  const char *name; /* of the root value */
  int codec;        /* stack indices */
  int root;
  int depth; /* open tables */
  bool may_have_pairs;
  struct frame frames[RTK_JSON_MAX_DEPTH];
};

enum state {
  MEMBERS,  /* a member's key and value are on top */
  ELEMENTS, /* an element's index and value are on top */
  OPEN,     /* a table is on top, none of it written */
  CLOSE,    /* a table is on top, all of it written */
  DONE,
  FOREIGN /* a table is on top that is to be read through its __pairs */
};

/* Raises "<path>: cannot encode <what>"; depth keys lead there. */
static void fail(struct encoder *e, int depth, const char *what)
{
  lua_State *L = e->L;
  struct rtk_json_path path = {e->name, e->root, depth};
  luaL_where(L, 1);
  rtk_json_push_path(L, &path, &e->writer.scratch->buffer);
  rtk_json_release_scratch(e->writer.scratch);
  lua_pushfstring(L, ": cannot encode %s", what);
  lua_concat(L, 3);
  (void)lua_error(L);
}

static void write_scalar(struct encoder *e, int type)
{
  const char *problem = rtk_json_write_scalar(&e->writer, type);
  if (problem)
    fail(e, e->depth, problem);
}

/* Fails for nesting that is endless because of a cycle, or too deep. */
static void fail_deep(struct encoder *e)
{
  int inner;
  int outer;
  for (inner = 1; inner <= e->depth; inner++)
    for (outer = 0; outer < inner; outer++)
      if (lua_rawequal(e->L, e->root + LEVEL_SLOTS * inner,
                       e->root + LEVEL_SLOTS * outer))
        fail(e, inner, "a table that contains itself");
  fail(e, e->depth, "more than 512 nested tables");
}

static void reserve_level(struct encoder *e)
{
  const int slots = CHECKED_LEVELS * LEVEL_SLOTS + SPARE_SLOTS;
  if (e->depth == RTK_JSON_MAX_DEPTH)
    fail_deep(e);
  if (e->depth % CHECKED_LEVELS == 0 && !lua_checkstack(e->L, slots))
    fail(e, e->depth, "nesting beyond what is left of the Lua stack");
}

/* Whether the value at a stack index is the number given. */
static bool is_index(lua_State *L, int index, lua_Integer number)
{
  return lua_type(L, index) == LUA_TNUMBER &&
         lua_tonumber(L, index) == (lua_Number)number;
}

/* Handles a table with fields that lua_next does not show. */
static enum state refuse_table(struct encoder *e, enum rtk_json_table kind)
{
  if (kind == RTK_JSON_HIDDEN)
    fail(e, e->depth,
         "a table with fields behind its metatable's __index (pass a plain "
         "table)");
  if (!e->may_have_pairs)
    fail(e, e->depth,
         "a table with fields behind its metatable's __pairs (pass a plain "
         "table)");
  return FOREIGN;
}

/*
 * Replaces the key on top by the next key and value of the object below it.
 * After the last one the table of the fields that it keeps apart takes its
 * place; what holds the object still holds it, and so that table.
 */
static bool next_member(struct encoder *e, struct frame *frame)
{
  if (lua_next(e->L, -2))
    return true;
  if (!frame->has_apart)
    return false;
  frame->has_apart = false;
  rtk_json_replace_by_apart(e->L, e->codec);
  lua_pushnil(e->L);
  return lua_next(e->L, -2);
}

/* Begins the table on top and pushes its first member. */
static enum state open_table(struct encoder *e)
{
  struct frame *frame = &e->frames[e->depth];
  enum rtk_json_table kind;
  bool marked;
  reserve_level(e);
  kind = rtk_json_table_kind(e->L, e->codec);
  if (kind > RTK_JSON_APART)
    return refuse_table(e, kind);
  marked = kind == RTK_JSON_ARRAY;
  frame->has_apart = kind == RTK_JSON_APART;
  lua_pushnil(e->L);
  if (!next_member(e, frame)) {
    rtk_json_put(&e->writer, marked ? '[' : '{');
    rtk_json_put(&e->writer, marked ? ']' : '}');
    return CLOSE;
  }
  e->depth++;
  frame->count = 0;
  if (marked || (kind == RTK_JSON_PLAIN && lua_type(e->L, -2) == LUA_TNUMBER)) {
    frame->kind = SEQUENCE;
    rtk_json_put(&e->writer, '[');
    return ELEMENTS;
  }
  frame->kind = OBJECT;
  rtk_json_put(&e->writer, '{');
  return MEMBERS;
}

/* Replaces an element's index by the next one and its value. */
static bool next_element(struct encoder *e, const struct frame *frame)
{
  lua_Integer next = frame->count + 1;
  if (frame->kind == SEQUENCE)
    return lua_next(e->L, -2);
  lua_pop(e->L, 1);
  if (next > frame->length)
    return false;
  lua_pushinteger(e->L, next);
  lua_rawgeti(e->L, -2, (int)next);
  return true;
}

static enum state end_table(struct encoder *e, char bracket)
{
  rtk_json_put(&e->writer, bracket);
  e->depth--;
  return CLOSE;
}

/* Fails for the array on top, which has no element at index. */
static void fail_sparse(struct encoder *e, int index)
{
  fail(e, e->depth - 1,
       lua_pushfstring(e->L,
                       "an array without element %d (rtk.null fills a gap; "
                       "an object's keys are strings)",
                       index));
}

static void fail_mixed(struct encoder *e)
{
  fail(e, e->depth - 1, "a table with both array elements and named fields");
}

/* The number of elements of the table on top, whose keys are all numbers. */
static lua_Integer count_elements(struct encoder *e)
{
  lua_State *L = e->L;
  lua_Integer count = 0;
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TNUMBER) {
      lua_pop(L, 1);
      fail_mixed(e);
    }
    count++;
  }
  return count;
}

/*
 * Switches from the order of lua_next to that of the indices, if they are 1 to
 * n. Replaces the key and value on top by the next element.
 */
static void walk_by_index(struct encoder *e, struct frame *frame)
{
  lua_State *L = e->L;
  lua_Integer count;
  lua_Integer index;
  lua_pop(L, 2);
  count = count_elements(e);
  for (index = 1; index <= count; index++) {
    lua_rawgeti(L, -1, (int)index);
    if (lua_isnil(L, -1))
      fail_sparse(e, (int)index);
    lua_pop(L, 1);
  }
  frame->kind = INDEXED;
  frame->length = count;
  lua_pushinteger(L, frame->count + 1);
  lua_rawgeti(L, -2, (int)frame->count + 1);
}

static void check_name(struct encoder *e)
{
  int type = lua_type(e->L, -2);
  if (type == LUA_TNUMBER)
    fail_mixed(e);
  if (type != LUA_TSTRING)
    fail(e, e->depth - 1,
         lua_pushfstring(e->L,
                         "a key of type %s (an object's keys are strings)",
                         lua_typename(e->L, type)));
}

/* Writes members from the one on top until a table begins or they end. */
static enum state write_members(struct encoder *e)
{
  lua_State *L = e->L;
  struct frame *frame = &e->frames[e->depth - 1];
  do {
    const char *problem;
    int type;
    check_name(e);
    problem = rtk_json_write_name(&e->writer, -2, frame->count++ == 0);
    if (problem)
      fail(e, e->depth - 1, problem);
    type = lua_type(L, -1);
    if (type == LUA_TTABLE)
      return OPEN;
    write_scalar(e, type);
    lua_pop(L, 1);
  } while (next_member(e, frame));
  return end_table(e, '}');
}

/* Writes elements from the one on top until a table begins or they end. */
static enum state write_elements(struct encoder *e)
{
  lua_State *L = e->L;
  struct frame *frame = &e->frames[e->depth - 1];
  do {
    int type;
    if (frame->kind == SEQUENCE && !is_index(L, -2, frame->count + 1))
      walk_by_index(e, frame);
    if (frame->count++ > 0)
      rtk_json_put(&e->writer, ',');
    type = lua_type(L, -1);
    if (type == LUA_TTABLE)
      return OPEN;
    write_scalar(e, type);
    lua_pop(L, 1);
  } while (next_element(e, frame));
  return end_table(e, ']');
}

/* Goes on after the table on top, a member of the one below. */
static enum state close_table(struct encoder *e)
{
  struct frame *frame;
  lua_pop(e->L, 1);
  if (e->depth == 0)
    return DONE;
  frame = &e->frames[e->depth - 1];
  if (frame->kind == OBJECT)
    return next_member(e, frame) ? MEMBERS : end_table(e, '}');
  return next_element(e, frame) ? ELEMENTS : end_table(e, ']');
}

static enum state write_tables(struct encoder *e)
{
  enum state state = OPEN;
  while (state < DONE) {
    if (state == MEMBERS)
      state = write_members(e);
    else if (state == ELEMENTS)
      state = write_elements(e);
    else if (state == OPEN)
      state = open_table(e);
    else
      state = close_table(e);
  }
  return state;
}

int json_encode(lua_State *L)
{
  struct encoder e;
  enum state state = DONE;
  luaL_checkany(L, 1);
  e.L = L;
  e.name = luaL_optstring(L, 2, "value");
  e.depth = 0;
  e.may_have_pairs = lua_toboolean(L, 3);
  lua_settop(L, 2);
  lua_pushvalue(L, RTK_CODEC);
  e.codec = lua_gettop(L);
  e.writer.L = L;
  e.writer.scratch = rtk_json_claim_scratch(L, e.codec);
  lua_pushvalue(L, 1);
  e.root = lua_gettop(L);
  if (lua_istable(L, -1))
    state = write_tables(&e);
  else
    write_scalar(&e, lua_type(L, -1));
  if (state == FOREIGN)
    lua_pushnil(L);
  else
    lua_pushlstring(L, e.writer.scratch->buffer.data,
                    e.writer.scratch->buffer.length);
  rtk_json_release_scratch(e.writer.scratch);
  return 1;
}
