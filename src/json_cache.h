/* SPDX-License-Identifier: MIT */
/*
 * The strings that decoding has seen and is likely to see again: keys, and
 * short values such as those of an enumeration. Part of the codec.
 *
 * A slot holds the bytes of a string as the text has them, quotes included,
 * and the codec's table anchors the Lua string: a hit saves hashing the string
 * and finding it among all others. Long strings have no slot and slots are few,
 * so no document pins more than some tens of kilobytes.
 *
 * What stands under a key tends to be alike, and so does what follows it, so
 * that a key's slot also holds a struct rtk_json_place. These are hints: wrong
 * ones cost time only.
 */
#ifndef RTK_JSON_CACHE_H
#define RTK_JSON_CACHE_H

#include "json_bytes.h"

#include <stddef.h>

/* Slots. A key can also be in the other one of a pair: frequent keys that
   drive each other out would cost more than the cache saves. */
#define RTK_JSON_KEYS 512
#define RTK_JSON_VALUES 512
/* The longest of "key": and "value" in a slot, and what that leaves to them. */
#define RTK_JSON_TOKEN_SIZE 47
#define RTK_JSON_MAX_KEY (RTK_JSON_TOKEN_SIZE - 3)
#define RTK_JSON_MAX_VALUE (RTK_JSON_TOKEN_SIZE - 2)

/* After so many misses in a row so many strings pass the cache by. */
#define RTK_JSON_LUCK 8
#define RTK_JSON_PAUSE 120

/* In the beginning all slots hold the empty string. */
struct rtk_json_token {
  char bytes[RTK_JSON_TOKEN_SIZE];
  uint8_t length;
};

/* What the last values in some place of a text were like. */
struct rtk_json_place {
  uint16_t array;  /* elements to expect in an array */
  uint16_t object; /* members to expect in an object */
  uint16_t first;  /* slot of an object's first key */
  uint16_t next;   /* slot of the key that follows this one */
  int8_t luck;     /* misses allowed; below 0, strings that pass by */
};

struct rtk_json_key {
  struct rtk_json_token token;
  struct rtk_json_place place; /* of the values under this key */
};

struct rtk_json_cache {
  struct rtk_json_key keys[RTK_JSON_KEYS];
  struct rtk_json_token values[RTK_JSON_VALUES];
  unsigned turn; /* counts keys driven out: either of a pair by turns */
  struct rtk_json_place root;
  struct rtk_json_place other; /* under keys that have no slot */
};

void rtk_json_init_cache(struct rtk_json_cache *cache);

/* The one of the pair of a slot to put a key into: preferably an empty one. */
unsigned rtk_json_free_key(struct rtk_json_cache *cache, unsigned slot);

/* Put a string in quotes, of the length given with them, into a slot. */
void rtk_json_set_key(struct rtk_json_key *key, const char *at, size_t length);
void rtk_json_set_value(struct rtk_json_token *value, const char *at,
                        size_t length);

/* Note how many members a table had. */
void rtk_json_note_array(struct rtk_json_place *place, int count);
void rtk_json_note_object(struct rtk_json_place *place, int count);

/* Whether the first length bytes of a token are at at. */
static inline bool rtk_json_is_token(const struct rtk_json_token *token,
                                     size_t length, const char *at,
                                     const char *end)
{
#if defined(__SSE2__)
  if (end - at >= (ptrdiff_t)sizeof *token) {
    uint64_t same = rtk_json_same16(token->bytes, at) |
                    rtk_json_same16(token->bytes + 16, at + 16) << 16;
    same |= rtk_json_same16(token->bytes + 32, at + 32) << 32;
    return (~same & ((UINT64_C(1) << length) - 1)) == 0;
  }
#endif
  return (size_t)(end - at) >= length && memcmp(token->bytes, at, length) == 0;
}

#endif
