/* SPDX-License-Identifier: MIT */
/*
 * The transfers of an engine: requests that enter its multi handle, are driven
 * there by sockets and timers, and leave it finished. Private to the engine.
 *
 * After each call of libcurl three things are due: transfers that it completed,
 * replies that ended before their request was sent, and waiting requests for
 * which a connection became free. Nothing here raises or calls Lua.
 */
#ifndef RTK_TRANSFERS_H
#define RTK_TRANSFERS_H

#include "http/engine.h"

/* Moves a request that is waiting or in flight to the finished ones. */
void rtk_transfers_finish(struct rtk_engine *engine,
                          struct rtk_request *request, CURLcode code);

/* Ends a request that is waiting or in flight, for a reason of our own. */
void rtk_transfers_abort(struct rtk_engine *engine, struct rtk_request *request,
                         enum rtk_abort_reason reason);

/* Starts waiting requests while max_connections allows it. */
void rtk_transfers_start_waiting(struct rtk_engine *engine);

/* Gives libcurl a ready socket. To be followed by rtk_transfers_update. */
void rtk_transfers_dispatch(struct rtk_engine *engine,
                            const struct rtk_poller_event *event);

/* Does all that is due: timers, completions, deadlines, starts. Returns the
   current time. */
int64_t rtk_transfers_update(struct rtk_engine *engine);

#endif
