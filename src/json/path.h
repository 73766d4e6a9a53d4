/* SPDX-License-Identifier: MIT */
/*
 * The path to a value inside another, as a Lua user would write it:
 * body.layers.default.outputs[2] or body["a b"].
 *
 * The encoder leaves the keys on the Lua stack, every second slot: the table
 * of level n is at root + 2n and its key right above it.
 */
#ifndef RTK_JSON_PATH_H
#define RTK_JSON_PATH_H

#include "base/buffer.h"
#include "base/compat.h"

struct rtk_json_path {
  const char *name; /* of the root value */
  int root;         /* stack index of the root value */
  int depth;        /* how many keys lead to the value meant */
};

/* [-0, +1, m] Pushes the path as a string; overwrites buffer. */
void rtk_json_push_path(lua_State *L, const struct rtk_json_path *path,
                        struct rtk_buffer *buffer);

#endif
