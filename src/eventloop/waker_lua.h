/* SPDX-License-Identifier: MIT */
/*
 * Wakers for Lua: a listener, then a thread that sends a byte to the connected
 * socket when transports have something to do.
 *
 *   waker:listen(directory) -> path of a Unix socket in it, or nil, message
 *   waker:listen()          -> port on 127.0.0.1, or nil, message
 *   waker:start()           accepts the connection that this process has made
 *                           and starts the thread: true, or nil, message
 *   waker:watch(fd, number) true, or nil, message
 *   waker:unwatch(fd)
 *   waker:ready()           -> numbers of the descriptors that are readable
 *   waker:rearm()           allows the next byte
 *   waker:wake()            sends a byte now
 *   waker:close()           joins the thread; also called by the collector
 *
 * The thread is joined before anything it uses is closed. In a child of fork
 * all methods but close raise. See waker.h and listener.h for the C half.
 */
#ifndef RTK_WAKER_LUA_H
#define RTK_WAKER_LUA_H

#include <lua.h>

/* waker() -> waker, or nil, message. [-0, +(1|2), e] */
int waker_new(lua_State *L);

#endif
