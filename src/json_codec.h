/* SPDX-License-Identifier: MIT */
/*
 * What decoding and encoding keep between calls, private to src/json_*.c.
 *
 * The codec is a Lua table, so that it can anchor Lua values: its indices 1 to
 * RTK_JSON_KEYS hold interned object keys, the enum below the rest. The C copy
 * of each key's bytes is in the cache, a userdata; a lookup compares bytes
 * there and a hit costs one lua_rawgeti. Long keys are not cached and slots are
 * few, so no document can pin more than some kilobytes.
 *
 * A finalizer may run, and use the codec, whenever Lua allocates. The scratch
 * buffer therefore belongs to the call that claimed it: a call that finds it
 * busy puts a new one into the codec and leaves the old one to its owner. The
 * same rule heals the codec after an out-of-memory error.
 */
#ifndef RTK_JSON_CODEC_H
#define RTK_JSON_CODEC_H

#include "buffer.h"
#include "json.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Tables inside each other, when reading and when writing. */
#define RTK_JSON_MAX_DEPTH 512
/* Slots of the key cache: as many as one byte can tell apart. */
#define RTK_JSON_KEYS 256

enum rtk_json_slot {
  RTK_JSON_CACHE = RTK_JSON_KEYS + 1, /* struct rtk_json_cache */
  RTK_JSON_SCRATCH,                   /* struct rtk_json_scratch */
  RTK_JSON_SCRATCH_METATABLE,
  RTK_JSON_ARRAY_METATABLE,
  RTK_JSON_TYPE_KEY, /* the string "__jsontype" */
  RTK_JSON_SLOTS = RTK_JSON_TYPE_KEY
};

/* How many members the last tables in some place had, to presize the next. */
struct rtk_json_shape {
  uint16_t array;
  uint16_t object;
};

/* The bytes of a cached key, as json_key.h loads them. */
struct rtk_json_key {
  uint64_t words[4];
  struct rtk_json_shape shape; /* of the tables under this key */
  uint8_t length;              /* 0 in an empty slot */
};

struct rtk_json_cache {
  struct rtk_json_shape root;
  struct rtk_json_shape other; /* of tables under keys not cached */
  struct rtk_json_key keys[RTK_JSON_KEYS];
};

struct rtk_json_scratch {
  struct rtk_buffer buffer;
  bool busy;
};

/* [-0, +1, m] Pushes the scratch buffer, empty, for the caller alone. */
struct rtk_json_scratch *rtk_json_claim_scratch(lua_State *L, int codec);

/* Ends the claim and gives much memory back. Never raises. */
void rtk_json_release_scratch(struct rtk_json_scratch *scratch);

/* Ends the claim and raises Lua's own error for this. Does not return. */
void rtk_json_raise_memory(lua_State *L, struct rtk_json_scratch *scratch);

#endif
