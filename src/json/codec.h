/* SPDX-License-Identifier: MIT */
/*
 * What decoding and encoding keep between calls, private to src/json.
 *
 * The codec is a Lua table, so that it can anchor Lua values; the enum below
 * has its indices.
 *
 * A finalizer may run, and use the codec, whenever Lua allocates. The scratch
 * buffer therefore belongs to the call that claimed it: a call that finds it
 * busy puts a new one into the codec and leaves the old one to its owner. The
 * same rule repairs the codec after an out-of-memory error.
 */
#ifndef RTK_JSON_CODEC_H
#define RTK_JSON_CODEC_H

#include "base/buffer.h"
#include "json/json.h"
#include "json/cache.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Tables inside each other, when reading and when writing. */
#define RTK_JSON_MAX_DEPTH 512

/* A token of the cache and its slot here hold the same string: "" at first. */
enum rtk_json_slot {
  RTK_JSON_CACHE = 1, /* struct rtk_json_cache */
  RTK_JSON_SCRATCH,   /* struct rtk_json_scratch */
  RTK_JSON_SCRATCH_METATABLE,
  RTK_JSON_ARRAY_METATABLE,
  RTK_JSON_TYPE_KEY,  /* the string "__jsontype" */
  RTK_JSON_PAIRS_KEY, /* "__pairs" */
  RTK_JSON_INDEX_KEY, /* "__index" */
  RTK_JSON_APART_KEY, /* "__apart" */
  RTK_JSON_RESERVED,  /* a set of names, see json.h */
  RTK_JSON_KEY        /* the first of RTK_JSON_KEYS strings */
};

/* The first of RTK_JSON_VALUES strings, and the last slot. */
#define RTK_JSON_VALUE (RTK_JSON_KEY + RTK_JSON_KEYS)
#define RTK_JSON_SLOTS (RTK_JSON_VALUE + RTK_JSON_VALUES - 1)

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
