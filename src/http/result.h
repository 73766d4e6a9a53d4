/* SPDX-License-Identifier: MIT */
/* What Lua gets of a finished request: one table. */
#ifndef RTK_RESULT_H
#define RTK_RESULT_H

#include "http/request.h"

#include <lua.h>

/*
 * [-0, +1, m] Pushes the result; codec is the index of the JSON codec. The
 * request stays as it is, so a result lost to lack of memory can be pushed
 * again.
 */
void rtk_result_push(lua_State *L, int codec,
                     const struct rtk_request *request);

#endif
