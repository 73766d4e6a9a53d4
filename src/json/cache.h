/* SPDX-License-Identifier: MIT */
/*
 * Strings that decoding is likely to meet again: keys, and short values such as
 * those of an enumeration. Part of the codec.
 *
 * A slot holds the bytes of a string as they are in the text, quotes included,
 * and the codec's table anchors the Lua string: a hit saves hashing the string
 * and looking it up in Lua's string table. Long strings have no slot and there
 * are few slots, so no document pins more than some tens of kilobytes.
 *
 * Values under the same key tend to be alike, so a key's slot also holds a
 * struct rtk_json_key_hint. Wrong hints only cost time. `make bench`
 * (spec/bench/json.lua) shows what the parts that are not needed buy:
 *   values       1 to 4 % of "decode 200 pages, ragged"
 *   miss_budget  keeps values that never repeat out of the cache: 8 to 12 % of
 *                "decode 200 pages", uniform or ragged, and 3 to 5 % of "decode
 *                300 replies"
 * To guess the next key from the one before it is not faster than to hash it.
 */
#ifndef RTK_JSON_CACHE_H
#define RTK_JSON_CACHE_H

#include "text/words.h"

#include <stdbool.h>
#include <stddef.h>

/* Slots. A key may use either slot of a pair: frequent keys that evict each
   other would cost more than the cache saves. */
#define RTK_JSON_KEYS 512
#define RTK_JSON_VALUES 512
/* The longest string in a slot, quotes included. */
#define RTK_JSON_TOKEN_SIZE 47
/* The bytes that must be left of a text to look for a string in the cache: a
   quote, the 48 after it, and one that rtk_json_slot reads when these have no
   quote. */
#define RTK_JSON_LOOKAHEAD 50

/* After so many misses in a row, that many strings bypass the cache. */
#define RTK_JSON_MISS_BUDGET 8
#define RTK_JSON_MISS_PAUSE 120

/* Initially all slots hold the empty string. */
struct rtk_json_token {
  char bytes[RTK_JSON_TOKEN_SIZE];
  uint8_t length;
};

/* What the last values under one key were like. */
struct rtk_json_key_hint {
  uint64_t object;    /* serial of the last object that has the key */
  uint16_t array;     /* elements to expect in an array */
  int8_t miss_budget; /* misses left; below 0, strings that bypass */
  bool is_reserved;   /* the key is a reserved name, see json.h */
};

struct rtk_json_key {
  struct rtk_json_token token;
  struct rtk_json_key_hint key_hint; /* of the values under this key */
};

struct rtk_json_cache {
  struct rtk_json_key keys[RTK_JSON_KEYS];
  struct rtk_json_token values[RTK_JSON_VALUES];
  /* Of the last object begun. Every key that is not found increments it, too:
     while it is unchanged, no key has two slots. */
  uint64_t serial;
  unsigned reservations; /* how often names were reserved, see json.h */
  unsigned unreserved;   /* of the text decoded last: rtk_json_unreserved */
  unsigned victim; /* counts evicted keys: the slots of a pair take turns */
  struct rtk_json_key_hint root;
  struct rtk_json_key_hint other; /* under keys that have no slot */
};

void rtk_json_init_cache(struct rtk_json_cache *cache);

/* The slot of the pair to put a key into: preferably an empty one. */
unsigned rtk_json_free_key(struct rtk_json_cache *cache, unsigned slot);

/* Put a string in quotes, of the length given with them, into a slot. */
void rtk_json_set_key(struct rtk_json_key *key, const char *at, size_t length);
void rtk_json_set_value(struct rtk_json_token *value, const char *at,
                        size_t length);

/* Notes how many elements an array had. */
void rtk_json_note_array(struct rtk_json_key_hint *key_hint, int count);

/* How many bytes stand before the first quote: 48 if it is not among them. */
static inline size_t rtk_json_find_quote48(const char *at)
{
#if defined(__SSE2__)
  uint64_t quotes = rtk_quotes16(at) | rtk_quotes16(at + 16) << 16 |
                    rtk_quotes16(at + 32) << 32;
  return (size_t)__builtin_ctzll(quotes | UINT64_C(1) << 48);
#else
  const char *quote = memchr(at, '"', 48);
  return quote ? (size_t)(quote - at) : 48;
#endif
}

/* Whether the string of a token is at at. */
static inline bool rtk_json_is_token(const struct rtk_json_token *token,
                                     const char *at)
{
#if defined(__SSE2__)
  uint64_t same = rtk_same16(token->bytes, at) |
                  rtk_same16(token->bytes + 16, at + 16) << 16 |
                  rtk_same16(token->bytes + 32, at + 32) << 32;
  return __builtin_ctzll(~same) >= token->length;
#else
  return memcmp(token->bytes, at, token->length) == 0;
#endif
}

/* The slot of the string whose opening quote is at at. */
static inline unsigned rtk_json_slot(const char *at, size_t length)
{
  /* With its quote even the empty string has a byte. */
  size_t taken = length < 8 ? length + 1 : 8;
  unsigned others = 64 - 8 * (unsigned)taken;
  uint64_t head = rtk_load8(at + 1) << others;
  uint64_t tail = rtk_load8(at + length + 2 - taken) << others;
  /* The top bits of a product mix in all the others. */
  return (unsigned)(((head ^ (tail << 29 | tail >> 35) ^ length) *
                     UINT64_C(0x9E3779B97F4A7C15)) >>
                    55);
}

#endif
