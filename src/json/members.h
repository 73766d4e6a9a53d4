/* SPDX-License-Identifier: MIT */
/*
 * The members of an object that is being decoded. They wait on the Lua stack,
 * key and value alternating, until their number is known: a table of exactly
 * the right size neither grows while it is filled nor wastes memory. An object
 * of more members than may wait is made early, and the rest go into it
 * directly.
 *
 * No two waiting members have the same key.
 */
#ifndef RTK_JSON_MEMBERS_H
#define RTK_JSON_MEMBERS_H

#include "json/cache.h"
#include "select/selection.h"
#include "base/compat.h"

/* The members that may wait for their object. */
#define RTK_JSON_MAX_WAITING 32

/* A table that is open. */
struct rtk_json_frame {
  struct rtk_json_key_hint *key_hint;
  uint64_t serial; /* of an object */
  int table;       /* stack index; the members that wait are right above it */
  int count;       /* elements of an array; members that wait for an object */
  bool is_made;    /* whether the table is there already, else nil */
  char close;
  enum rtk_selection_role role;
};

/* [-(0|2), +0, -] Takes the waiting member away, if there is one, that has the
   key on top. The key stays. */
void rtk_json_drop_duplicate(lua_State *L, struct rtk_json_frame *frame);

/* [-1, +0, m] For a null member, which is an absent one: takes away its key,
   which is on top, and what the object already has under it. */
void rtk_json_drop_member(lua_State *L, const struct rtk_json_frame *frame);

/* [-2n, +0, m] Makes the object, if it is not there already, of the n members
   that wait, which are on top. */
void rtk_json_store_members(lua_State *L, struct rtk_json_frame *frame);

#endif
