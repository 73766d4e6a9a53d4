/* SPDX-License-Identifier: MIT */
/*
 * The header lines of a request: checks them, and copies them out of Lua. Those
 * that the request before had, too, are checked and copied already.
 */
#ifndef RTK_HEADER_LINES_H
#define RTK_HEADER_LINES_H

#include "request/request_args.h"

/*
 * [-0, +0, e] Reads the array on top of the stack, or nil, into the arguments
 * and the buffer, which still has the lines of the request before. Raises an
 * argument error for the argument at index. To be called last: a finalizer,
 * which any allocation may run, may send a request, too.
 */
void rtk_header_lines_read(lua_State *L, int index,
                           struct rtk_request_args *args,
                           struct rtk_buffer *lines);

#endif
