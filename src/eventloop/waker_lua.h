/* SPDX-License-Identifier: MIT */
/*
 * Relays for Lua: a listener, then a thread that sends a byte to whoever
 * connected when transports have something to do.
 *
 *   relay:listen(directory) -> path of a Unix socket in it, or nil, message
 *   relay:listen()          -> port on 127.0.0.1, or nil, message
 *   relay:start()           takes the connection that this process has made
 *                           and starts the thread: true, or nil, message
 *   relay:watch(fd, number) true, or nil, message
 *   relay:unwatch(fd)
 *   relay:ready()           -> numbers of the descriptors that are readable
 *   relay:rearm()           lets the next byte come
 *   relay:ring()            sends a byte now
 *   relay:close()           joins the thread; also done by the collector
 *
 * The thread is joined before anything it uses is closed. In a child of fork
 * all but close raise. See relay.h and listener.h for what happens below.
 */
#ifndef RTK_RELAY_BINDING_H
#define RTK_RELAY_BINDING_H

#include <lua.h>

/* relay() -> relay, or nil, message. [-0, +(1|2), e] */
int relay_new(lua_State *L);

#endif
