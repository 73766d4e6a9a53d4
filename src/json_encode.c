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
 * that proves there are no other keys. Sequences it yields in another order are
 * counted and then started over by index.
 */
#include "json_codec.h"
#include "json_path.h"
#include "json_text.h"
#include "number.h"

#include <math.h>

/* Lua stack slots: of one level, and what is used above the last. */
#define LEVEL_SLOTS 2
#define SPARE_SLOTS 6
/* The stack is checked once for this many levels. */
#define CHECKED_LEVELS 16
/* The longest escape, \u0000, in bytes. */
#define ESCAPE_SIZE 6

enum kind {
  OBJECT,
  SEQUENCE, /* an array walked with lua_next */
  INDEXED   /* an array walked by index */
};

struct frame {
  size_t start;       /* where the table's text begins */
  lua_Integer count;  /* members written */
  lua_Integer length; /* of an INDEXED array */
  enum kind kind;
};

struct encoder {
  lua_State *L;
  struct rtk_json_scratch *scratch;
  const char *name; /* of the root value */
  int codec;        /* stack indices */
  int array_metatable;
  int root;
  int depth; /* open tables */
  struct frame frames[RTK_JSON_MAX_DEPTH];
};

enum state {
  MEMBERS,  /* a member's key and value are on top */
  ELEMENTS, /* an element's index and value are on top */
  OPEN,     /* a table is on top, none of it written */
  CLOSE,    /* a table is on top, all of it written */
  DONE
};

/* Raises "<path>: cannot encode <what>"; depth keys lead there. */
static void fail(struct encoder *e, int depth, const char *what)
{
  lua_State *L = e->L;
  struct rtk_json_path path = {e->name, e->root, depth};
  luaL_where(L, 1);
  rtk_json_push_path(L, &path, &e->scratch->buffer);
  rtk_json_release_scratch(e->scratch);
  lua_pushfstring(L, ": cannot encode %s", what);
  lua_concat(L, 3);
  (void)lua_error(L);
}

/* Room for size bytes behind what is written. */
static char *room(struct encoder *e, size_t size)
{
  struct rtk_buffer *buffer = &e->scratch->buffer;
  enum rtk_buffer_result result = RTK_BUFFER_OK;
  if (buffer->capacity - buffer->length < size)
    result = rtk_buffer_reserve(buffer, size);
  if (result == RTK_BUFFER_FULL)
    fail(e, 0, "more than 1 GiB of text");
  if (result == RTK_BUFFER_NO_MEMORY)
    rtk_json_raise_memory(e->L, e->scratch);
  return buffer->data + buffer->length;
}

static void put(struct encoder *e, const char *text, size_t length)
{
  memcpy(room(e, length), text, length);
  e->scratch->buffer.length += length;
}

static void put_char(struct encoder *e, char byte)
{
  *room(e, 1) = byte;
  e->scratch->buffer.length++;
}

/* Writes the escape of a quote, a backslash or a control character. */
static void put_escape(struct encoder *e, char byte)
{
  static const char hex[] = "0123456789abcdef";
  static const char letters[] = "btn.fr"; /* of 0x08 to 0x0D */
  char code[ESCAPE_SIZE] = {'\\', 'u', '0', '0', '0', '0'};
  if (byte == '"' || byte == '\\') {
    code[1] = byte;
    put(e, code, 2);
  } else if (byte >= 0x08 && byte <= 0x0D && byte != 0x0B) {
    code[1] = letters[byte - 0x08];
    put(e, code, 2);
  } else {
    code[4] = hex[byte >> 4];
    code[5] = hex[byte & 15];
    put(e, code, ESCAPE_SIZE);
  }
}

/* Writes the inside of a string; returns the byte that is bad UTF-8, or end. */
static const char *put_checked(struct encoder *e, const char *at,
                               const char *end)
{
  for (;;) {
    const char *stop = rtk_json_skip_plain(at, end);
    size_t length = 0;
    put(e, at, (size_t)(stop - at));
    if (stop == end)
      return end;
    if ((unsigned char)*stop >= 0x80) {
      length = rtk_json_utf8_length(stop, end);
      if (length == 0)
        return stop;
      put(e, stop, length);
    } else {
      length = 1;
      put_escape(e, *stop);
    }
    at = stop + length;
  }
}

/* Writes the string at a stack index; depth and what describe it. */
static void put_string(struct encoder *e, int index, int depth,
                       const char *what)
{
  size_t length;
  const char *text = lua_tolstring(e->L, index, &length);
  const char *end = text + length;
  const char *bad;
  char *out = room(e, length + 2);
  if (rtk_json_skip_plain(text, end) == end) {
    out[0] = '"';
    memcpy(out + 1, text, length);
    out[length + 1] = '"';
    e->scratch->buffer.length += length + 2;
    return;
  }
  put_char(e, '"');
  bad = put_checked(e, text, end);
  if (bad < end)
    fail(e, depth,
         lua_pushfstring(e->L,
                         "a %s that is not UTF-8 from byte %d on "
                         "(base64 can carry binary data)",
                         what, (int)(bad - text) + 1));
  put_char(e, '"');
}

static void put_number(struct encoder *e)
{
  char *out = room(e, RTK_NUMBER_SIZE);
  double value = lua_tonumber(e->L, -1);
  size_t length;
  if (isnan(value))
    fail(e, e->depth, "NaN (JSON has no such number; leave the field out)");
  if (isinf(value))
    fail(e, e->depth,
         "an infinite number (JSON has none; leave the field out)");
#if RTK_HAS_INTEGERS
  if (lua_isinteger(e->L, -1))
    length = rtk_number_format_integer(lua_tointeger(e->L, -1), out);
  else
#endif
    length = rtk_number_format_float(value, out);
  e->scratch->buffer.length += length;
}

/* Writes the value on top, which is not a table. */
static void put_scalar(struct encoder *e)
{
  lua_State *L = e->L;
  int type = lua_type(L, -1);
  if (type == LUA_TSTRING)
    put_string(e, -1, e->depth, "string");
  else if (type == LUA_TNUMBER)
    put_number(e);
  else if (type == LUA_TBOOLEAN && lua_toboolean(L, -1))
    put(e, "true", 4);
  else if (type == LUA_TBOOLEAN)
    put(e, "false", 5);
  else if (type == LUA_TLIGHTUSERDATA && !lua_touserdata(L, -1))
    put(e, "null", 4);
  else
    fail(e, e->depth,
         lua_pushfstring(L, "a value of type %s (null is rtk.null)",
                         lua_typename(L, type)));
}

/* Whether the metatable of the table on top says it is an array. */
static bool is_marked(struct encoder *e)
{
  lua_State *L = e->L;
  bool marked;
  if (!lua_getmetatable(L, -1))
    return false;
  marked = lua_rawequal(L, -1, e->array_metatable);
  if (!marked) {
    lua_rawgeti(L, e->codec, RTK_JSON_TYPE_KEY);
    lua_rawget(L, -2);
    marked = lua_type(L, -1) == LUA_TSTRING &&
             strcmp(lua_tostring(L, -1), "array") == 0;
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return marked;
}

/* Fails for nesting without end: because of a cycle, or just too deep. */
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

/* Begins the table on top and pushes its first member. */
static enum state open_table(struct encoder *e)
{
  struct frame *frame = &e->frames[e->depth];
  bool marked;
  reserve_level(e);
  marked = is_marked(e);
  lua_pushnil(e->L);
  if (!lua_next(e->L, -2)) {
    put(e, marked ? "[]" : "{}", 2);
    return CLOSE;
  }
  e->depth++;
  frame->start = e->scratch->buffer.length;
  frame->count = 0;
  if (marked || lua_type(e->L, -2) == LUA_TNUMBER) {
    frame->kind = SEQUENCE;
    put_char(e, '[');
    return ELEMENTS;
  }
  frame->kind = OBJECT;
  put_char(e, '{');
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
  put_char(e, bracket);
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

/* From lua_next's order to that of the indices, if they are 1 to n. */
static void start_over(struct encoder *e, struct frame *frame)
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
  frame->count = 0;
  frame->length = count;
  e->scratch->buffer.length = frame->start;
  put_char(e, '[');
  lua_pushinteger(L, 1);
  lua_rawgeti(L, -2, 1);
}

/* Writes members from the one on top until a table begins or they end. */
static enum state write_members(struct encoder *e)
{
  lua_State *L = e->L;
  struct frame *frame = &e->frames[e->depth - 1];
  do {
    int type = lua_type(L, -2);
    if (type == LUA_TNUMBER)
      fail_mixed(e);
    if (type != LUA_TSTRING)
      fail(e, e->depth - 1,
           lua_pushfstring(L, "a key of type %s (an object's keys are strings)",
                           lua_typename(L, type)));
    if (frame->count++ > 0)
      put_char(e, ',');
    put_string(e, -2, e->depth - 1, "field name");
    put_char(e, ':');
    if (lua_istable(L, -1))
      return OPEN;
    put_scalar(e);
    lua_pop(L, 1);
  } while (lua_next(L, -2));
  return end_table(e, '}');
}

/* Writes elements from the one on top until a table begins or they end. */
static enum state write_elements(struct encoder *e)
{
  lua_State *L = e->L;
  struct frame *frame = &e->frames[e->depth - 1];
  do {
    if (frame->kind == SEQUENCE && !is_index(L, -2, frame->count + 1))
      start_over(e, frame);
    if (frame->count++ > 0)
      put_char(e, ',');
    if (lua_istable(L, -1))
      return OPEN;
    put_scalar(e);
    lua_pop(L, 1);
  } while (next_element(e, frame));
  return end_table(e, ']');
}

/* Goes on after the table on top, a member of the one below. */
static enum state close_table(struct encoder *e)
{
  struct frame *frame = &e->frames[e->depth - 1];
  lua_pop(e->L, 1);
  if (e->depth == 0)
    return DONE;
  if (frame->kind == OBJECT)
    return lua_next(e->L, -2) ? MEMBERS : end_table(e, '}');
  return next_element(e, frame) ? ELEMENTS : end_table(e, ']');
}

static void write_tables(struct encoder *e)
{
  enum state state = OPEN;
  while (state != DONE) {
    switch (state) {
    case MEMBERS:
      state = write_members(e);
      break;
    case ELEMENTS:
      state = write_elements(e);
      break;
    case OPEN:
      state = open_table(e);
      break;
    case CLOSE:
      state = close_table(e);
      break;
    case DONE:
      break;
    }
  }
}

int json_encode(lua_State *L)
{
  struct encoder e;
  luaL_checkany(L, 1);
  e.L = L;
  e.name = luaL_optstring(L, 2, "value");
  e.depth = 0;
  lua_settop(L, 2);
  lua_pushvalue(L, RTK_CODEC);
  e.codec = lua_gettop(L);
  rtk_json_push_array_metatable(L, e.codec);
  e.array_metatable = lua_gettop(L);
  e.scratch = rtk_json_claim_scratch(L, e.codec);
  lua_pushvalue(L, 1);
  e.root = lua_gettop(L);
  if (lua_istable(L, -1))
    write_tables(&e);
  else
    put_scalar(&e);
  lua_pushlstring(L, e.scratch->buffer.data, e.scratch->buffer.length);
  rtk_json_release_scratch(e.scratch);
  return 1;
}
