/* SPDX-License-Identifier: MIT */
/*
 * HTTP for Lua: a libcurl multi handle behind three verbs.
 *
 *   submit(request) starts a request and returns its id; with a timeout, and if
 *                   there is no other request, it waits and returns the result
 *                   as well if it came
 *   step(timeout)   drives all requests and returns the results of those that
 *                   finished, or of a limited number of them
 *   fd()            is readable whenever step(0) would have something to do
 *
 * besides cancel, pending and close. A request with stream = true is held when
 * its reply begins, and again at each chunk or interval: step returns a result
 * then (result.h), and submit{ resume = id, file, offset, interval, limit } or
 * submit{ resume = id, chunk, limit } lets it flow on, under the same id.
 * At most max_connections requests are in
 * flight; others wait, which counts against their timeout but not against
 * connect_timeout. Connections, resolved names and TLS sessions are kept for
 * the life of a transport. The caller of step decides how to wait.
 *
 * A reply that Lua has no memory for, even after a collection, is a failure of
 * kind too_large. If there is no memory for that failure either, step raises,
 * and the next step tries again.
 *
 * After a fork both processes may go on using the transport: at its first call
 * the child drops what it inherited, gets the parent's requests back as
 * cancelled, and makes connections of its own. Its event loop has to ask for
 * the descriptor again. Inherited descriptors that the child has closed and
 * reused are left alone.
 */
#ifndef RTK_TRANSPORT_H
#define RTK_TRANSPORT_H

#include <lua.h>

/* [-0, +0, e] Initialises libcurl, once per process; raises if it refuses. */
void transport_global_init(lua_State *L);

/*
 * transport{ max_connections, ca_file, ca_pem, proxy } -> transport, or nil,
 * message. If the value of an option is to blame, that continues the option's
 * name, which comes third; it never shows the value. Upvalue 1 is the JSON
 * codec. [-0, +(1|2|3), e]
 */
int transport_new(lua_State *L);

#endif
