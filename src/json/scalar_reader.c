/* SPDX-License-Identifier: MIT */
#include "json/scalar_reader.h"
#include "number/number.h"

static const char *fail(struct rtk_json_reader *r, const char *at,
                        const char *expected)
{
  return rtk_text_note(&r->fault, at, expected);
}

/* Pushes the string from at, of which all before stop is copied unchanged. */
static const char *read_changed(struct rtk_json_reader *r, const char *at,
                                const char *stop)
{
  struct rtk_json_scratch *scratch = rtk_json_claim_scratch(r->L, r->codec);
  stop = rtk_unescape(&scratch->buffer, at, stop, r->end, &r->fault);
  if (!stop && !r->fault.expected)
    rtk_json_raise_memory(r->L, scratch);
  if (stop) {
    lua_pushlstring(r->L, scratch->buffer.data, scratch->buffer.length);
    lua_replace(r->L, -2);
  }
  rtk_json_release_scratch(scratch);
  return stop ? stop + 1 : NULL;
}

void rtk_json_push_cached(struct rtk_json_reader *r, const char *at,
                          size_t length)
{
  unsigned slot = rtk_json_slot(at, length);
  int index = RTK_JSON_VALUE + (int)slot;
  struct rtk_json_token *value = &r->cache->values[slot];
  if (rtk_json_is_token(value, at)) {
    r->key_hint->miss_budget = RTK_JSON_MISS_BUDGET;
    lua_rawgeti(r->L, r->codec, index);
    return;
  }
  if (--r->key_hint->miss_budget == 0)
    r->key_hint->miss_budget = -RTK_JSON_MISS_PAUSE;
  /* A finalizer may use the cache here, so it is changed afterwards. */
  lua_pushlstring(r->L, at + 1, length);
  lua_pushvalue(r->L, -1);
  lua_rawseti(r->L, r->codec, index);
  rtk_json_set_value(value, at, length + 2);
}

/* Pushes the string whose opening quote is just before at. */
static const char *read_string(struct rtk_json_reader *r, const char *at)
{
  const char *stop = rtk_scan_string(at, r->end, &r->fault);
  if (!stop)
    return NULL;
  if (*stop != '"')
    return read_changed(r, at, stop);
  lua_pushlstring(r->L, at, (size_t)(stop - at));
  return stop + 1;
}

/* Whether the key on top is a reserved name. */
static bool is_reserved(struct rtk_json_reader *r)
{
  bool is;
  lua_rawgeti(r->L, r->codec, RTK_JSON_RESERVED);
  lua_pushvalue(r->L, -2);
  lua_rawget(r->L, -2);
  is = lua_toboolean(r->L, -1);
  lua_pop(r->L, 2);
  return is;
}

/* Pushes a plain key, whose opening quote is at at, and caches it, unless so
   many in a row were new that those in the cache are better kept. */
static void push_key(struct rtk_json_reader *r, const char *at, size_t length)
{
  struct rtk_json_key *keys = r->cache->keys;
  unsigned slot = rtk_json_slot(at, length);
  lua_pushlstring(r->L, at + 1, length);
  if (++r->new_keys > RTK_JSON_KEYS) {
    r->key_hint = &r->cache->other;
    r->has_reserved |= is_reserved(r);
    return;
  }
  /* A finalizer may have put it there just now: no key has two slots. */
  if (!rtk_json_is_token(&keys[slot].token, at))
    slot ^= 1;
  if (!rtk_json_is_token(&keys[slot].token, at)) {
    slot = rtk_json_free_key(r->cache, slot ^ 1);
    lua_pushvalue(r->L, -1);
    lua_rawseti(r->L, r->codec, RTK_JSON_KEY + (int)slot);
    rtk_json_set_key(&keys[slot], at, length + 2);
    keys[slot].key_hint.is_reserved = is_reserved(r);
  }
  r->has_reserved |= keys[slot].key_hint.is_reserved;
  r->key_hint = &keys[slot].key_hint;
}

const char *rtk_json_find_colon(struct rtk_json_reader *r, const char *at)
{
  at = rtk_json_skip_space(at, r->end);
  if (at == r->end || *at != ':')
    return fail(r, at, "':' after a field name");
  return rtk_json_skip_space(at + 1, r->end);
}

const char *rtk_json_find_key(struct rtk_json_reader *r, const char *at)
{
  const char *stop;
  size_t length;
  if (at == r->end || *at != '"')
    return fail(r, at, "'\"' before a field name");
  r->cache->serial++;
  stop = rtk_skip_plain(at + 1, r->end);
  length = (size_t)(stop - at) - 1;
  if (r->end - at >= RTK_JSON_LOOKAHEAD && length <= RTK_JSON_TOKEN_SIZE - 2 &&
      *stop == '"') {
    push_key(r, at, length);
    return rtk_json_find_colon(r, stop + 1);
  }
  r->key_hint = &r->cache->other;
  at = read_string(r, at + 1);
  if (!at)
    return NULL;
  r->has_reserved |= is_reserved(r);
  return rtk_json_find_colon(r, at);
}

static void push_integer(lua_State *L, int64_t value)
{
  if (RTK_HAS_INTEGERS)
    lua_pushinteger(L, (lua_Integer)value);
  else
    lua_pushnumber(L, (lua_Number)value);
}

static const char *read_number(struct rtk_json_reader *r, const char *at)
{
  struct rtk_number number;
  const char *stop = rtk_number_parse(at, r->end, &number);
  if (number.kind == RTK_NUMBER_INTEGER)
    push_integer(r->L, number.integer);
  else if (number.kind == RTK_NUMBER_FLOAT)
    lua_pushnumber(r->L, number.real);
  else if (number.kind == RTK_NUMBER_TOO_LARGE)
    return fail(r, at, "a number within the range of a double");
  else
    return fail(r, stop, "a digit");
  return stop;
}

static const char *read_word(struct rtk_json_reader *r, const char *at)
{
  if (rtk_json_is_word(at, r->end, "true", 4)) {
    lua_pushboolean(r->L, 1);
    return at + 4;
  }
  if (rtk_json_is_word(at, r->end, "false", 5)) {
    lua_pushboolean(r->L, 0);
    return at + 5;
  }
  if (rtk_json_is_word(at, r->end, "null", 4)) {
    lua_pushlightuserdata(r->L, NULL);
    return at + 4;
  }
  return fail(r, at, "a value");
}

const char *rtk_json_read_any(struct rtk_json_reader *r, const char *at)
{
  if (at == r->end)
    return fail(r, at, "a value");
  if (*at == '"')
    return read_string(r, at + 1);
  if (*at == '-' || (unsigned char)(*at - '0') < 10)
    return read_number(r, at);
  return read_word(r, at);
}
