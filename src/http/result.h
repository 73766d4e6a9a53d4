/* SPDX-License-Identifier: MIT */
/*
 * Lua results of the finished requests of an engine, one table per request. A
 * request that has a reply gives
 *   { id, elapsed, status, headers, connect_time, first_byte_time, value }
 * with text instead of value if it is raw, with text and message if the body is
 * not JSON, and with none of them if the body is empty; is_selected says that
 * the value has what the request selects and no more. A failure gives
 *   { id, elapsed, kind, message, reason, sent, status, headers }
 * with status and headers as far as they were received, and a reason where a
 * program may want one. Of a stream both have received, a number of bytes, and
 * text if there is a chunk. A stream that is held gives
 *   { id, elapsed, held, received, status, headers }
 * and text if there is a chunk.
 *
 * Requests are dropped from the engine only when all results of one call are
 * made, so that running out of memory loses none. If there is no memory for the
 * first result alone, even after a collection, its request fails with kind
 * too_large; otherwise every later call would meet the same reply.
 */
#ifndef RTK_RESULT_H
#define RTK_RESULT_H

#include "http/engine.h"

#include <lua.h>

/*
 * [-0, +1, m] Pushes the function that makes results under lua_pcall; codec is
 * the index of the JSON codec.
 */
void rtk_result_push_converter(lua_State *L, int codec);

/* As a limit: the first result alone, in no array. */
#define RTK_RESULT_ALONE 0

/*
 * [-0, +(1|2|3), -] Pushes the array of results, of at most limit requests, or
 * what was raised; errors of earlier tries may be below it. Returns what
 * lua_pcall does; converter is the index of that function. Finalizers may run.
 */
int rtk_result_push(lua_State *L, int converter, struct rtk_engine *engine,
                    int limit);

#endif
