/* SPDX-License-Identifier: MIT */
/*
 * Reads past the members that nobody asked for: they are checked as any other
 * JSON, with the same faults at the same places, and nothing is made of them.
 */
#ifndef RTK_JSON_SKIP_H
#define RTK_JSON_SKIP_H

#include "json/scalar_reader.h"
#include "select/selection.h"

/*
 * [-0, +0, m] Skips the members of an object from the key at at on. Returns the
 * first key that is selected, or the bracket that closes the object, or NULL
 * after noting the fault; depth tables are open.
 */
const char *rtk_json_skip_members(struct rtk_json_reader *reader,
                                  const struct rtk_selection *selection,
                                  enum rtk_selection_role role, const char *at,
                                  int depth);

#endif
