/* SPDX-License-Identifier: MIT */
/*
 * The JSON decoder: one pass over the text, values go straight to the Lua
 * stack.
 *
 * There is no recursion: a frame per open table says which bracket closes it,
 * and a small state machine (read_text) goes down and up. On the Lua stack an
 * open table takes one slot, and one more for the key its child waits for.
 * Readers return the position behind what they read, or NULL after noting the
 * fault, and leave the stack for rtk_json_decode to cut.
 *
 * Three things make it fast: keys come from the codec's cache, tables are made
 * as large as the last ones in their place were, and strings are scanned 16
 * bytes at a time. No C memory is held but the scratch buffer's.
 */
#include "json_codec.h"
#include "json_string.h"
#include "json_text.h"
#include "number.h"

#include <stdio.h>

/* Lua stack slots: the most one level takes, and what is used above that. */
#define LEVEL_SLOTS 2
#define SPARE_SLOTS 6
/* The stack is checked once for this many levels. */
#define CHECKED_LEVELS 16
/* Tables are made this large in advance at most. */
#define MAX_ARRAY_HINT 1024
#define MAX_OBJECT_HINT 64
/* Any number of so many digits fits 64 bits. */
#define SAFE_DIGITS 18

struct frame {
  struct rtk_json_shape *shape;
  int count;
  char close;
};

struct decoder {
  lua_State *L;
  const char *at; /* between states; readers keep it in a local */
  const char *end;
  struct rtk_json_cache *cache;
  struct rtk_json_scratch *scratch;
  struct rtk_json_shape *shape; /* of the table about to be opened */
  struct rtk_json_fault fault;
  int codec; /* stack indices */
  int array_metatable;
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

static const char *skip_space(const char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  return at;
}

static const char *fail(struct decoder *d, const char *at, const char *expected)
{
  return rtk_json_note(&d->fault, at, expected);
}

static void append(struct decoder *d, const char *data, size_t size)
{
  if (rtk_buffer_append(&d->scratch->buffer, data, size) != RTK_BUFFER_OK)
    rtk_json_raise_memory(d->L, d->scratch);
}

/* Pushes the string from at, whose first backslash is at stop. */
static const char *read_escaped(struct decoder *d, const char *at,
                                const char *stop)
{
  struct rtk_buffer *buffer = &d->scratch->buffer;
  rtk_buffer_clear(buffer, buffer->capacity);
  while (*stop == '\\') {
    char code[4];
    size_t length;
    append(d, at, (size_t)(stop - at));
    at = rtk_json_read_escape(stop + 1, d->end, code, &length, &d->fault);
    if (!at)
      return NULL;
    append(d, code, length);
    stop = rtk_json_scan_string(at, d->end, &d->fault);
    if (!stop)
      return NULL;
  }
  append(d, at, (size_t)(stop - at));
  lua_pushlstring(d->L, buffer->data, buffer->length);
  return stop + 1;
}

/* Pushes the string whose opening quote is just before at. */
static const char *read_string(struct decoder *d, const char *at)
{
  const char *stop = rtk_json_skip_plain(at, d->end);
  if (stop == d->end || *stop != '"') {
    stop = rtk_json_scan_string(stop, d->end, &d->fault);
    if (!stop)
      return NULL;
    if (*stop == '\\')
      return read_escaped(d, at, stop);
  }
  lua_pushlstring(d->L, at, (size_t)(stop - at));
  return stop + 1;
}

static unsigned key_hash(const char *key, size_t length)
{
  uint64_t first = 0;
  uint64_t last = 0;
  if (length >= 8) {
    memcpy(&first, key, 8);
    memcpy(&last, key + length - 8, 8);
  } else if (length >= 4) {
    memcpy(&first, key, 4);
    memcpy(&last, key + length - 4, 4);
  } else {
    memcpy(&first, key, 1);
    memcpy(&last, key + length / 2, length - length / 2);
  }
  first += last * UINT64_C(0x9E3779B97F4A7C15) + length;
  return (unsigned)((first * UINT64_C(0xD6E8FEB86659FD93)) >> 56);
}

/* Pushes a short key; returns the shape of tables under it. */
static struct rtk_json_shape *push_key(struct decoder *d, const char *at,
                                       size_t length)
{
  unsigned index = key_hash(at, length);
  struct rtk_json_key *key = &d->cache->keys[index];
  if (key->length == length && memcmp(key->bytes, at, length) == 0) {
    lua_rawgeti(d->L, d->codec, (int)index + 1);
    return &key->shape;
  }
  lua_pushlstring(d->L, at, length);
  lua_pushvalue(d->L, -1);
  lua_rawseti(d->L, d->codec, (int)index + 1);
  memcpy(key->bytes, at, length);
  key->length = (uint8_t)length;
  key->shape.array = 0;
  key->shape.object = 0;
  return &key->shape;
}

/* Pushes a key and says which tables are expected under it. */
static const char *read_key(struct decoder *d, const char *at)
{
  const char *stop;
  if (at == d->end || *at != '"')
    return fail(d, at, "'\"' before a field name");
  stop = rtk_json_skip_plain(++at, d->end);
  if (stop < d->end && *stop == '"' && stop > at &&
      stop - at <= RTK_JSON_KEY_SIZE) {
    d->shape = push_key(d, at, (size_t)(stop - at));
    return stop + 1;
  }
  d->shape = &d->cache->other;
  return read_string(d, at);
}

static const char *read_colon(struct decoder *d, const char *at)
{
  if (at == d->end || *at != ':') {
    at = skip_space(at, d->end);
    if (at == d->end || *at != ':')
      return fail(d, at, "':' after a field name");
  }
  return skip_space(at + 1, d->end);
}

static void push_integer(lua_State *L, int64_t value)
{
  if (RTK_HAS_INTEGERS)
    lua_pushinteger(L, (lua_Integer)value);
  else
    lua_pushnumber(L, (lua_Number)value);
}

static const char *read_any_number(struct decoder *d, const char *at)
{
  struct rtk_number number;
  const char *stop = rtk_number_parse(at, d->end, &number);
  if (number.kind == RTK_NUMBER_MALFORMED)
    return fail(d, stop, "a digit");
  if (number.kind == RTK_NUMBER_TOO_LARGE)
    return fail(d, at, "a number within the range of a double");
  if (number.kind == RTK_NUMBER_INTEGER)
    push_integer(d->L, number.integer);
  else
    lua_pushnumber(d->L, number.real);
  return stop;
}

static bool continues_number(char byte)
{
  return (byte >= '0' && byte <= '9') || byte == '.' || byte == 'e' ||
         byte == 'E';
}

/* Plain small integers here, all the rest in read_any_number. */
static const char *read_number(struct decoder *d, const char *at)
{
  bool negative = *at == '-';
  const char *digits = at + negative;
  const char *stop = digits;
  int64_t value = 0;
  for (; stop < d->end && *stop >= '0' && *stop <= '9'; stop++) {
    if (stop - digits == SAFE_DIGITS)
      break;
    value = value * 10 + (*stop - '0');
  }
  if (stop == digits || (*digits == '0' && (negative || stop > digits + 1)) ||
      (stop < d->end && continues_number(*stop)))
    return read_any_number(d, at);
  push_integer(d->L, negative ? -value : value);
  return stop;
}

static bool is_word(const char *at, const char *end, const char *word,
                    size_t length)
{
  return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

/* Pushes a value that is not a table. */
static const char *read_scalar(struct decoder *d, const char *at)
{
  if (at == d->end)
    return fail(d, at, "a value");
  if (*at == '"')
    return read_string(d, at + 1);
  if (*at == '-' || (*at >= '0' && *at <= '9'))
    return read_number(d, at);
  if (is_word(at, d->end, "true", 4)) {
    lua_pushboolean(d->L, 1);
    return at + 4;
  }
  if (is_word(at, d->end, "false", 5)) {
    lua_pushboolean(d->L, 0);
    return at + 5;
  }
  if (is_word(at, d->end, "null", 4)) {
    lua_pushlightuserdata(d->L, NULL);
    return at + 4;
  }
  return fail(d, at, "a value");
}

static bool opens_table(const struct decoder *d, const char *at)
{
  return at < d->end && (*at == '{' || *at == '[');
}

/* What comes behind a value in a table that ends with close. */
static enum state read_separator(struct decoder *d, const char *at, char close)
{
  at = skip_space(at, d->end);
  if (at < d->end && *at == ',') {
    d->at = skip_space(at + 1, d->end);
    return close == '}' ? MEMBERS : ELEMENTS;
  }
  if (at < d->end && *at == close) {
    d->at = at + 1;
    return CLOSE;
  }
  fail(d, at, close == '}' ? "',' or '}'" : "',' or ']'");
  return FAILED;
}

/* A null member is an absent one; it also undoes an earlier duplicate. */
static void drop_member(lua_State *L)
{
  lua_pushvalue(L, -1);
  lua_rawget(L, -3);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 2);
    return;
  }
  lua_pop(L, 1);
  lua_pushnil(L);
  lua_rawset(L, -3);
}

/* Stores members into the object on top until a table begins or it ends. */
static enum state read_members(struct decoder *d)
{
  struct frame *frame = &d->frames[d->depth - 1];
  enum state state;
  do {
    const char *at = read_key(d, d->at);
    if (at)
      at = read_colon(d, at);
    if (!at)
      return FAILED;
    d->at = at;
    if (opens_table(d, at))
      return OPEN;
    if (is_word(at, d->end, "null", 4)) {
      drop_member(d->L);
      at += 4;
    } else {
      at = read_scalar(d, at);
      if (!at)
        return FAILED;
      lua_rawset(d->L, -3);
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
  do {
    const char *at = d->at;
    if (opens_table(d, at)) {
      d->shape = frame->shape;
      return OPEN;
    }
    at = read_scalar(d, at);
    if (!at)
      return FAILED;
    lua_rawseti(d->L, -2, ++frame->count);
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
  if (d->depth % CHECKED_LEVELS == 0 && !lua_checkstack(d->L, slots)) {
    fail(d, d->at, "nesting that fits what is left of the Lua stack");
    return false;
  }
  return true;
}

/* Pushes the table whose bracket is at d->at. */
static enum state open_table(struct decoder *d)
{
  bool is_object = *d->at == '{';
  struct frame *frame = &d->frames[d->depth];
  bool is_empty;
  if (!reserve_level(d))
    return FAILED;
  d->depth++;
  frame->shape = d->shape;
  frame->count = 0;
  frame->close = is_object ? '}' : ']';
  d->at = skip_space(d->at + 1, d->end);
  is_empty = d->at < d->end && *d->at == frame->close;
  lua_createtable(d->L, is_object || is_empty ? 0 : frame->shape->array,
                  is_object && !is_empty ? frame->shape->object : 0);
  if (!is_object) {
    lua_pushvalue(d->L, d->array_metatable);
    lua_setmetatable(d->L, -2);
  }
  if (is_empty) {
    d->at++;
    return CLOSE;
  }
  return is_object ? MEMBERS : ELEMENTS;
}

/*
 * What to expect next after a table of count members: at once more, only
 * gradually less, as optional fields come and go. Falling by a quarter
 * bounds what small tables after a large one can waste.
 */
static uint16_t next_hint(uint16_t hint, int count, uint16_t limit)
{
  uint16_t lower = (uint16_t)(hint * 3 / 4);
  if (count >= limit)
    return limit;
  return count > lower ? (uint16_t)count : lower;
}

/* Stores the finished table on top into its parent. */
static enum state close_table(struct decoder *d)
{
  struct frame *frame = &d->frames[--d->depth];
  struct frame *parent = frame - 1;
  struct rtk_json_shape *shape = frame->shape;
  if (frame->close == '}')
    shape->object = next_hint(shape->object, frame->count, MAX_OBJECT_HINT);
  else
    shape->array = next_hint(shape->array, frame->count, MAX_ARRAY_HINT);
  if (d->depth == 0)
    return DONE;
  parent->count++;
  if (parent->close == '}')
    lua_rawset(d->L, -3);
  else
    lua_rawseti(d->L, -2, parent->count);
  return read_separator(d, d->at, parent->close);
}

static bool read_tables(struct decoder *d)
{
  enum state state = OPEN;
  for (;;) {
    switch (state) {
    case MEMBERS:
      state = read_members(d);
      break;
    case ELEMENTS:
      state = read_elements(d);
      break;
    case OPEN:
      state = open_table(d);
      break;
    case CLOSE:
      state = close_table(d);
      break;
    case DONE:
      return true;
    case FAILED:
      return false;
    }
  }
}

/* Pushes the one value of the text, or notes a fault. */
static bool read_text(struct decoder *d)
{
  d->at = skip_space(d->at, d->end);
  d->shape = &d->cache->root;
  if (opens_table(d, d->at)) {
    if (!read_tables(d))
      return false;
  } else {
    d->at = read_scalar(d, d->at);
    if (!d->at)
      return false;
  }
  d->at = skip_space(d->at, d->end);
  if (d->at == d->end)
    return true;
  fail(d, d->at, "the end of the text");
  return false;
}

/* Says what was found: no more of the text than one byte. */
static void describe(const struct decoder *d, const char *text,
                     char message[RTK_JSON_ERROR_SIZE])
{
  const struct rtk_json_fault *fault = &d->fault;
  char found[16] = "the end";
  if (fault->at < d->end) {
    unsigned byte = (unsigned char)*fault->at;
    bool is_printable = byte >= 0x20 && byte < 0x7F;
    (void)snprintf(found, sizeof found, is_printable ? "'%c'" : "byte 0x%02X",
                   byte);
  }
  (void)snprintf(message, RTK_JSON_ERROR_SIZE,
                 "invalid JSON: expected %s, found %s at byte %llu",
                 fault->expected, found,
                 (unsigned long long)(fault->at - text) + 1);
}

int rtk_json_decode(lua_State *L, int codec, const char *text, size_t length,
                    char message[RTK_JSON_ERROR_SIZE])
{
  struct decoder d;
  int top = lua_gettop(L);
  bool ok;
  luaL_checkstack(L, SPARE_SLOTS + 4, "too many values");
  d.L = L;
  d.at = text;
  d.end = text + length;
  d.depth = 0;
  lua_pushvalue(L, codec);
  d.codec = lua_gettop(L);
  lua_rawgeti(L, d.codec, RTK_JSON_CACHE);
  d.cache = lua_touserdata(L, -1);
  rtk_json_push_array_metatable(L, d.codec);
  d.array_metatable = lua_gettop(L);
  d.scratch = rtk_json_claim_scratch(L, d.codec);
  ok = read_text(&d);
  rtk_json_release_scratch(d.scratch);
  if (!ok) {
    describe(&d, text, message);
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
