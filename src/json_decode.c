/* SPDX-License-Identifier: MIT */
/*
 * The JSON decoder: one pass over the text, values go straight to the Lua
 * stack.
 *
 * There is no recursion: a frame per open table says which bracket closes it,
 * and a small state machine (read_tables) goes down and up. On the Lua stack an
 * open table takes one slot, and one more for the key its child waits for.
 *
 * Three things make it fast: keys and repeated values come from the codec's
 * cache, tables are made as large as the last ones in their place were, and
 * strings are scanned 16 bytes at a time.
 */
#include "json_reader.h"

#include <stdio.h>

/* Lua stack slots: the most one level takes, and what is used above that. */
#define LEVEL_SLOTS 2
#define SPARE_SLOTS 6
/* The stack is checked once for this many levels. */
#define CHECKED_LEVELS 16

struct frame {
  struct rtk_json_place *place;
  uint16_t *next; /* the guess at the slot of an object's next key */
  int count;
  char close;
};

struct decoder {
  struct rtk_json_reader reader;
  const char *at;
  int depth;
  struct frame frames[RTK_JSON_MAX_DEPTH];
};

enum state {
  MEMBERS,  /* at a key */
  ELEMENTS, /* at an element */
  OPEN,     /* at a bracket that opens a table */
  CLOSE,    /* behind the bracket that closes the table on top */
  DONE,
  FAILED
};

static enum state fail(struct decoder *d, const char *at, const char *expected)
{
  (void)rtk_json_note(&d->reader.fault, at, expected);
  return FAILED;
}

static bool opens_table(const char *at, const char *end)
{
  return at < end && (*at == '{' || *at == '[');
}

/* What comes behind a value in a table that ends with close. */
static inline enum state read_separator(struct decoder *d, const char *at,
                                        char close)
{
  const char *end = d->reader.end;
  at = rtk_json_skip_space(at, end);
  if (at < end && *at == ',') {
    d->at = rtk_json_skip_space(at + 1, end);
    return close == '}' ? MEMBERS : ELEMENTS;
  }
  if (at < end && *at == close) {
    d->at = at + 1;
    return CLOSE;
  }
  return fail(d, at, close == '}' ? "',' or '}'" : "',' or ']'");
}

/*
 * A null member is an absent one: takes its key off the stack. If it follows
 * a member of the same name, whose key is at at, it takes that away, too.
 */
static void drop_member(struct rtk_json_reader *r, const char *at)
{
  uint16_t next = 0;
  lua_rawget(r->L, -2);
  if (!lua_isnil(r->L, -1)) {
    (void)rtk_json_read_key(r, at, &next);
    lua_pushnil(r->L);
    lua_rawset(r->L, -4);
  }
  lua_pop(r->L, 1);
}

/* Stores members into the object on top until a table begins or it ends. */
static enum state read_members(struct decoder *d)
{
  struct frame *frame = &d->frames[d->depth - 1];
  const char *end = d->reader.end;
  enum state state;
  do {
    const char *at = rtk_json_read_key(&d->reader, d->at, frame->next);
    if (!at)
      return FAILED;
    frame->next = &d->reader.place->next;
    if (opens_table(at, end)) {
      d->at = at;
      return OPEN;
    }
    if (rtk_json_is_word(at, end, "null", 4)) {
      drop_member(&d->reader, d->at);
      at += 4;
    } else {
      at = rtk_json_read_scalar(&d->reader, at);
      if (!at)
        return FAILED;
      lua_rawset(d->reader.L, -3);
      frame->count++;
    }
    state = read_separator(d, at, '}');
  } while (state == MEMBERS);
  return state;
}

/* Appends elements to the array on top until a table begins or it ends. */
static enum state read_elements(struct decoder *d)
{
  struct frame *frame = &d->frames[d->depth - 1];
  enum state state;
  d->reader.place = frame->place;
  do {
    const char *at = d->at;
    if (opens_table(at, d->reader.end))
      return OPEN;
    at = rtk_json_read_scalar(&d->reader, at);
    if (!at)
      return FAILED;
    lua_rawseti(d->reader.L, -2, ++frame->count);
    state = read_separator(d, at, ']');
  } while (state == ELEMENTS);
  return state;
}

static bool reserve_level(struct decoder *d)
{
  const int slots = CHECKED_LEVELS * LEVEL_SLOTS + SPARE_SLOTS;
  if (d->depth == RTK_JSON_MAX_DEPTH) {
    fail(d, d->at, "at most 512 nested arrays and objects");
    return false;
  }
  if (d->depth % CHECKED_LEVELS == 0 && !lua_checkstack(d->reader.L, slots)) {
    fail(d, d->at, "nesting that fits what is left of the Lua stack");
    return false;
  }
  return true;
}

/* Pushes a new array, or object, for about as many members as the last had. */
static void push_table(struct decoder *d, bool is_object, bool is_empty)
{
  lua_State *L = d->reader.L;
  const struct rtk_json_place *place = d->reader.place;
  if (is_object) {
    lua_createtable(L, 0, is_empty ? 0 : place->object);
    return;
  }
  lua_createtable(L, is_empty ? 0 : place->array, 0);
  rtk_json_push_array_metatable(L, d->reader.codec);
  lua_setmetatable(L, -2);
}

/* Begins the table whose bracket is at d->at. */
static enum state open_table(struct decoder *d)
{
  const char *end = d->reader.end;
  bool is_object = *d->at == '{';
  struct frame *frame = &d->frames[d->depth];
  bool is_empty;
  if (!reserve_level(d))
    return FAILED;
  d->depth++;
  frame->place = d->reader.place;
  frame->next = &frame->place->first;
  frame->count = 0;
  frame->close = is_object ? '}' : ']';
  d->at = rtk_json_skip_space(d->at + 1, end);
  is_empty = d->at < end && *d->at == frame->close;
  push_table(d, is_object, is_empty);
  if (is_empty) {
    d->at++;
    return CLOSE;
  }
  return is_object ? MEMBERS : ELEMENTS;
}

/* Stores the finished table on top into its parent. */
static enum state close_table(struct decoder *d)
{
  const struct frame *frame = &d->frames[--d->depth];
  struct frame *parent;
  if (frame->close == '}')
    rtk_json_note_object(frame->place, frame->count);
  else
    rtk_json_note_array(frame->place, frame->count);
  if (d->depth == 0)
    return DONE;
  parent = &d->frames[d->depth - 1];
  parent->count++;
  if (parent->close == '}')
    lua_rawset(d->reader.L, -3);
  else
    lua_rawseti(d->reader.L, -2, parent->count);
  return read_separator(d, d->at, parent->close);
}

static enum state read_tables(struct decoder *d)
{
  enum state state = OPEN;
  while (state < DONE) {
    if (state == MEMBERS)
      state = read_members(d);
    else if (state == ELEMENTS)
      state = read_elements(d);
    else if (state == OPEN)
      state = open_table(d);
    else
      state = close_table(d);
  }
  return state;
}

/* Pushes the one value of the text. */
static enum state read_text(struct decoder *d)
{
  const char *end = d->reader.end;
  d->at = rtk_json_skip_space(d->at, end);
  d->reader.place = &d->reader.cache->root;
  if (opens_table(d->at, end)) {
    if (read_tables(d) == FAILED)
      return FAILED;
  } else {
    d->at = rtk_json_read_scalar(&d->reader, d->at);
    if (!d->at)
      return FAILED;
  }
  d->at = rtk_json_skip_space(d->at, end);
  if (d->at < end)
    return fail(d, d->at, "the end of the text");
  return DONE;
}

/* Says what was found: no more of the text than one byte. */
static void describe(const struct rtk_json_reader *r, const char *text,
                     char message[RTK_JSON_ERROR_SIZE])
{
  char found[16] = "the end";
  if (r->fault.at < r->end) {
    unsigned byte = (unsigned char)*r->fault.at;
    bool is_printable = byte >= 0x20 && byte < 0x7F;
    (void)snprintf(found, sizeof found, is_printable ? "'%c'" : "byte 0x%02X",
                   byte);
  }
  (void)snprintf(message, RTK_JSON_ERROR_SIZE,
                 "invalid JSON: expected %s, found %s at byte %llu",
                 r->fault.expected, found,
                 (unsigned long long)(r->fault.at - text) + 1);
}

int rtk_json_decode(lua_State *L, int codec, const char *text, size_t length,
                    char message[RTK_JSON_ERROR_SIZE])
{
  struct decoder d;
  int top = lua_gettop(L);
  luaL_checkstack(L, SPARE_SLOTS, "too many values");
  d.reader.L = L;
  d.reader.end = text + length;
  d.at = text;
  d.depth = 0;
  lua_pushvalue(L, codec);
  d.reader.codec = top + 1;
  lua_rawgeti(L, -1, RTK_JSON_CACHE);
  d.reader.cache = lua_touserdata(L, -1);
  if (read_text(&d) == FAILED) {
    describe(&d.reader, text, message);
    lua_settop(L, top);
    return 0;
  }
  lua_replace(L, top + 1);
  lua_settop(L, top + 1);
  return 1;
}

int json_decode(lua_State *L)
{
  char message[RTK_JSON_ERROR_SIZE];
  size_t length;
  const char *text;
  luaL_checktype(L, 1, LUA_TSTRING);
  text = lua_tolstring(L, 1, &length);
  if (rtk_json_decode(L, RTK_CODEC, text, length, message))
    return 1;
  lua_pushnil(L);
  lua_pushstring(L, message);
  return 2;
}
