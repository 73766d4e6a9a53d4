/* SPDX-License-Identifier: MIT */
/*
 * The JSON decoder: one pass over the text, values go straight to the Lua
 * stack.
 *
 * There is no recursion: each open table has a frame with the bracket that
 * closes it, and a small state machine (read_tables) goes down and up. On the
 * Lua stack an open table takes one slot, which is nil while the members of an
 * object wait above it (members.h).
 *
 * Three things make it fast: keys and repeated values come from the codec's
 * cache, tables are created at their final size, and strings are scanned 16
 * bytes at a time.
 */
#include "json/members.h"
#include "json/scalar_reader.h"
#include "json/skip.h"

#include <stdio.h>

/* At deeper levels no members wait, which bounds the stack: LuaJIT has 8000
   slots for a C function. */
#define WAITING_LEVELS 16
/* Lua stack slots: the most a level takes, and what is used above that. */
#define LEVEL_SLOTS (2 * RTK_JSON_MAX_WAITING + 2)
#define SPARE_SLOTS 6
/* The stack is checked once for this many levels. */
#define CHECKED_LEVELS 4
/* Array slots granted in advance before the text has shown any elements. */
#define SLOTS_IN_ADVANCE 4096

struct decoder {
  struct rtk_json_reader reader;
  const char *at;
  int array_metatable; /* stack index */
  int depth;
  size_t slots; /* that arrays may still be given in advance */
  const struct rtk_selection *selection; /* NULL: all is read */
  struct rtk_json_frame frames[RTK_JSON_MAX_DEPTH];
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
  (void)rtk_text_note(&d->reader.fault, at, expected);
  return FAILED;
}

static bool opens_table(const char *at, const char *end)
{
  return at < end && (*at == '{' || *at == '[');
}

/* Reads what follows a value in a table that ends with close. */
static inline enum state read_separator(struct decoder *d, const char *at,
                                        char close)
{
  const char *end = d->reader.end;
  if (at < end && *at != ',')
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
 * Whether a waiting member may have the key on top, too. The key's hint tells,
 * as long as no other object has been begun.
 */
static inline bool may_be_duplicate(struct decoder *d,
                                    const struct rtk_json_frame *frame)
{
  uint64_t serial = d->reader.cache->serial;
  bool may = d->reader.key_hint->object == serial || frame->serial != serial;
  d->reader.key_hint->object = serial;
  return may;
}

/* Adds the key and the value on top to the object or to what waits for it. */
static inline void add_member(struct decoder *d, struct rtk_json_frame *frame)
{
  if (frame->is_made)
    lua_rawset(d->reader.L, frame->table);
  else if (++frame->count == RTK_JSON_MAX_WAITING)
    rtk_json_store_members(d->reader.L, frame);
}

/* Skips what is not selected of an item, up to a key that is, or its end. */
static enum state skip_members(struct decoder *d,
                               const struct rtk_json_frame *frame)
{
  d->at = rtk_json_skip_members(&d->reader, d->selection, frame->role, d->at,
                                d->depth);
  if (!d->at)
    return FAILED;
  if (*d->at != '}')
    return MEMBERS;
  d->at++;
  return CLOSE;
}

/* Reads members of the object on top until a table begins or it ends. */
static enum state read_members(struct decoder *d)
{
  struct rtk_json_frame *frame = &d->frames[d->depth - 1];
  const char *end = d->reader.end;
  enum state state;
  do {
    if (frame->role >= RTK_SELECTION_ITEM) {
      state = skip_members(d, frame);
      if (state != MEMBERS)
        return state;
    }
    const char *at = rtk_json_read_key(&d->reader, d->at);
    if (!at)
      return FAILED;
    if (!frame->is_made && may_be_duplicate(d, frame))
      rtk_json_drop_duplicate(d->reader.L, frame);
    /* Most values are: they need no other look. */
    bool is_string = at < end && *at == '"';
    if (!is_string && opens_table(at, end)) {
      d->at = at;
      return OPEN;
    }
    if (!is_string && rtk_json_is_word(at, end, "null", 4)) {
      rtk_json_drop_member(d->reader.L, frame);
      at += 4;
    } else {
      at = rtk_json_read_scalar(&d->reader, at);
      if (!at)
        return FAILED;
      add_member(d, frame);
    }
    state = read_separator(d, at, '}');
  } while (state == MEMBERS);
  return state;
}

/* Appends elements to the array on top until a table begins or it ends. */
static enum state read_elements(struct decoder *d)
{
  struct rtk_json_frame *frame = &d->frames[d->depth - 1];
  enum state state;
  d->reader.key_hint = frame->key_hint;
  do {
    const char *at = d->at;
    if (opens_table(at, d->reader.end))
      return OPEN;
    at = rtk_json_read_scalar(&d->reader, at);
    if (!at)
      return FAILED;
    lua_rawseti(d->reader.L, frame->table, ++frame->count);
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

/*
 * The size of a new array: that of the last one under its key. In total no more
 * slots are granted than the text has shown elements so far; otherwise nested
 * arrays could take far more memory than their text.
 */
static int size_array(struct decoder *d, const struct rtk_json_frame *frame)
{
  size_t size = frame->key_hint->array;
  if (size > d->slots)
    size = d->slots;
  d->slots -= size;
  return (int)size;
}

static inline void push_array(struct decoder *d, int size)
{
  lua_State *L = d->reader.L;
  lua_createtable(L, size, 0);
  lua_pushvalue(L, d->array_metatable);
  lua_setmetatable(L, -2);
}

/* Gives the finished table on top to the table below it. */
static inline enum state give_table(struct decoder *d)
{
  struct rtk_json_frame *parent;
  if (d->depth == 0)
    return DONE;
  parent = &d->frames[d->depth - 1];
  if (parent->close == '}')
    add_member(d, parent);
  else
    lua_rawseti(d->reader.L, parent->table, ++parent->count);
  return read_separator(d, d->at, parent->close);
}

/* Makes the table that ends with close where it has begun. */
static enum state add_empty(struct decoder *d, char close)
{
  d->at++;
  if (close == '}')
    lua_createtable(d->reader.L, 0, 0);
  else
    push_array(d, 0);
  return give_table(d);
}

/* Pushes a new array, or an object or its slot. */
static void push_table(struct decoder *d, struct rtk_json_frame *frame)
{
  frame->is_made = frame->close == ']' || d->depth > WAITING_LEVELS;
  if (frame->close == ']')
    push_array(d, size_array(d, frame));
  else if (frame->is_made)
    lua_createtable(d->reader.L, 0, 1);
  else
    lua_pushnil(d->reader.L);
  frame->table = lua_gettop(d->reader.L);
}

/* What the table whose bracket is at d->at has to do with the selection; its
   key is on top. */
static enum rtk_selection_role role_of(const struct decoder *d)
{
  const struct rtk_json_frame *parent;
  const char *key = "";
  size_t length = 0;
  if (!d->selection)
    return RTK_SELECTION_NONE;
  if (d->depth == 0)
    return rtk_selection_top(*d->at);
  parent = &d->frames[d->depth - 1];
  if (parent->close == '}')
    key = lua_tolstring(d->reader.L, -1, &length);
  return rtk_selection_role(d->selection, parent->role, key, length, *d->at);
}

/* Begins the table whose bracket is at d->at. */
static enum state open_table(struct decoder *d)
{
  struct rtk_json_frame *frame = &d->frames[d->depth];
  char close = *d->at == '{' ? '}' : ']';
  if (!reserve_level(d))
    return FAILED;
  frame->role = role_of(d);
  d->at = rtk_json_skip_space(d->at + 1, d->reader.end);
  if (d->at < d->reader.end && *d->at == close)
    return add_empty(d, close);
  d->depth++;
  frame->key_hint = d->reader.key_hint;
  frame->serial = ++d->reader.cache->serial;
  frame->count = 0;
  frame->close = close;
  push_table(d, frame);
  return close == '}' ? MEMBERS : ELEMENTS;
}

/* Makes the table on top complete and gives it to its parent. */
static enum state close_table(struct decoder *d)
{
  struct rtk_json_frame *frame = &d->frames[--d->depth];
  if (frame->close == '}') {
    rtk_json_store_members(d->reader.L, frame);
  } else {
    rtk_json_note_array(frame->key_hint, frame->count);
    d->slots += (size_t)frame->count;
  }
  return give_table(d);
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
  static const char byte_order_mark[] = "\xEF\xBB\xBF";
  const char *end = d->reader.end;
  if (rtk_json_is_word(d->at, end, byte_order_mark, 3))
    d->at += 3;
  d->at = rtk_json_skip_space(d->at, end);
  d->reader.key_hint = &d->reader.cache->root;
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

/* Writes the message; it quotes no more of the text than one byte. */
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
                    const struct rtk_selection *selection,
                    char message[RTK_JSON_ERROR_SIZE])
{
  struct decoder d;
  int top = lua_gettop(L);
  luaL_checkstack(L, SPARE_SLOTS, "too many values");
  d.reader.L = L;
  d.reader.end = text + length;
  d.at = text;
  d.depth = 0;
  d.slots = SLOTS_IN_ADVANCE;
  d.selection = selection;
  d.reader.new_keys = 0;
  d.reader.has_reserved = false;
  lua_pushvalue(L, codec);
  d.reader.codec = top + 1;
  lua_rawgeti(L, -1, RTK_JSON_CACHE);
  d.reader.cache = lua_touserdata(L, -1);
  rtk_json_push_array_metatable(L, d.reader.codec);
  d.array_metatable = top + 2;
  lua_replace(L, d.array_metatable);
  d.reader.reservations = d.reader.cache->reservations;
  if (read_text(&d) == FAILED) {
    describe(&d.reader, text, message);
    lua_settop(L, top);
    return 0;
  }
  d.reader.cache->unreserved =
      d.reader.has_reserved ? 0 : d.reader.reservations;
  lua_replace(L, top + 1);
  lua_settop(L, top + 1);
  return 1;
}

int json_decode(lua_State *L)
{
  char message[RTK_JSON_ERROR_SIZE];
  struct rtk_selection selection;
  bool is_selected = lua_type(L, 2) == LUA_TSTRING;
  const char *text;
  size_t length;
  if (is_selected) {
    text = lua_tolstring(L, 2, &length);
    luaL_argcheck(L, rtk_selection_read(&selection, text, length), 2,
                  "must be a selection");
  }
  luaL_checktype(L, 1, LUA_TSTRING);
  text = lua_tolstring(L, 1, &length);
  if (rtk_json_decode(L, RTK_CODEC, text, length,
                      is_selected ? &selection : NULL, message))
    return 1;
  lua_pushnil(L);
  lua_pushstring(L, message);
  return 2;
}
