/* SPDX-License-Identifier: MIT */
/*
 * Reads the parts of a JSON text that are not tables straight onto the Lua
 * stack; decode.c puts the tables around them. What is not Unicode becomes
 * U+FFFD.
 *
 * Every reader takes a position and returns the position behind what it read,
 * or NULL after noting the fault; then the stack may hold garbage. The cases
 * that cover nearly all members are inline.
 */
#ifndef RTK_JSON_SCALAR_READER_H
#define RTK_JSON_SCALAR_READER_H

#include "json/codec.h"
#include "text/plain.h"
#include "text/unescape.h"

struct rtk_json_reader {
  lua_State *L;
  int codec; /* stack index */
  struct rtk_json_cache *cache;
  struct rtk_json_key_hint *key_hint; /* of the value that comes next */
  unsigned new_keys;     /* since the last one that was in the cache */
  unsigned reservations; /* of names, before this text */
  bool has_reserved;     /* a key is a reserved name */
  const char *end;
  struct rtk_text_fault fault;
};

static inline const char *rtk_json_skip_space(const char *at, const char *end)
{
  while (at < end && (unsigned char)*at <= ' ' &&
         (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  return at;
}

static inline bool rtk_json_is_word(const char *at, const char *end,
                                    const char *word, size_t length)
{
  return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

/* [-0, +1, m] rtk_json_read_key for any key. */
const char *rtk_json_find_key(struct rtk_json_reader *reader, const char *at);

/* From behind a key to its value. */
const char *rtk_json_find_colon(struct rtk_json_reader *reader, const char *at);

/* rtk_json_find_colon, at once where there is no space. */
static inline const char *rtk_json_skip_colon(struct rtk_json_reader *reader,
                                              const char *at)
{
  if (reader->end - at > 1 && *at == ':' && (unsigned char)at[1] > ' ')
    return at + 1;
  return rtk_json_find_colon(reader, at);
}

/* [-0, +1, m] rtk_json_read_scalar for any scalar. */
const char *rtk_json_read_any(struct rtk_json_reader *reader, const char *at);

/* [-0, +1, m] Pushes a plain string, whose opening quote is at at, from the
   cache, or into it. */
void rtk_json_push_cached(struct rtk_json_reader *reader, const char *at,
                          size_t length);

/*
 * [-0, +1, m] Reads a key with its colon, up to where the value begins, which
 * may be the end of the text.
 */
static inline const char *rtk_json_read_key(struct rtk_json_reader *reader,
                                            const char *at)
{
  struct rtk_json_key *keys = reader->cache->keys;
  unsigned slot;
  size_t length;
  if (reader->end - at < RTK_JSON_LOOKAHEAD)
    return rtk_json_find_key(reader, at);
  /* Not the token's length: what comes next need not wait for the slot. */
  length = rtk_json_find_quote48(at + 1);
  slot = rtk_json_slot(at, length);
  length += 2;
  if (!rtk_json_is_token(&keys[slot].token, at))
    slot ^= 1;
  if (!rtk_json_is_token(&keys[slot].token, at))
    return rtk_json_find_key(reader, at);
  lua_rawgeti(reader->L, reader->codec, RTK_JSON_KEY + (int)slot);
  reader->key_hint = &keys[slot].key_hint;
  reader->new_keys = 0;
  reader->has_reserved |= reader->key_hint->is_reserved;
  return rtk_json_skip_colon(reader, at + length);
}

/* [-0, +1, m] Reads a value that is not a table. */
static inline const char *rtk_json_read_scalar(struct rtk_json_reader *reader,
                                               const char *at)
{
  struct rtk_json_key_hint *key_hint = reader->key_hint;
  const char *stop;
  size_t length;
  if (at == reader->end || *at != '"')
    return rtk_json_read_any(reader, at);
  stop = rtk_skip_plain(++at, reader->end);
  if (stop == reader->end || *stop != '"')
    return rtk_json_read_any(reader, at - 1);
  length = (size_t)(stop - at);
  if (key_hint->miss_budget > 0 && length <= RTK_JSON_TOKEN_SIZE - 2 &&
      reader->end - at >= RTK_JSON_LOOKAHEAD) {
    rtk_json_push_cached(reader, at - 1, length);
    return stop + 1;
  }
  if (key_hint->miss_budget <= 0)
    key_hint->miss_budget++;
  lua_pushlstring(reader->L, at, length);
  return stop + 1;
}

#endif
