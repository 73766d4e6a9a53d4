/* SPDX-License-Identifier: MIT */
/*
 * The kind of a table for JSON, as its metatable says. This is the only place
 * that decides whether lua_next shows all fields of a table: read-only proxies
 * and objects with inherited data keep some behind a metamethod, and would
 * otherwise be sent as {}.
 *
 * Metamethods are looked at, never called; a __metatable field hides nothing
 * here.
 */
#ifndef RTK_JSON_TABLE_H
#define RTK_JSON_TABLE_H

#include "base/compat.h"

enum rtk_json_table {
  RTK_JSON_PLAIN,  /* lua_next shows all fields */
  RTK_JSON_ARRAY,  /* the same, and __jsontype says that it is an array */
  RTK_JSON_APART,  /* an object: lua_next shows those that the table __apart of
                      its metatable has not; its __pairs shows all */
  RTK_JSON_PAIRS,  /* it has a __pairs, which shows them */
  RTK_JSON_HIDDEN, /* some are behind __index, or may be */
};

/*
 * [-0, +0, -] What the table on top is. Behind __index is nothing if
 * __jsontype is a string, which says that the table is taken as it is, or if
 * there are only functions, names that begin with an underscore, and what the
 * table has itself: a class. Takes 8 stack slots and allocates nothing.
 */
enum rtk_json_table rtk_json_table_kind(lua_State *L, int codec);

/*
 * table_kind(table) -> "plain", "array", "pairs" or "hidden", and for "pairs"
 * the metamethod. [-0, +(1|2), e]
 */
int json_table_kind(lua_State *L);

/* [-1, +1, -] Replaces the RTK_JSON_APART table on top by the table of the
   fields that it keeps apart. Takes 2 more stack slots. */
void rtk_json_replace_by_apart(lua_State *L, int codec);

#endif
