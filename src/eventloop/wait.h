/* SPDX-License-Identifier: MIT */
/* Waiting for descriptors, from Lua. */
#ifndef RTK_WAIT_H
#define RTK_WAIT_H

#include <lua.h>

/*
 * wait(descriptors, timeout) -> boolean. Blocks until a descriptor is readable,
 * timeout seconds have passed or a signal arrives; true if one is readable. For
 * programs with several transports and no event loop. [-0, +1, e]
 */
int wait_descriptors(lua_State *L);

/*
 * watch(descriptor, "r" or "w") -> watch, or nil, message. A watch has a
 * descriptor of its own that is readable when the given one is ready or broken,
 * for event loops that treat broken descriptors in their own way. It is for one
 * wait: without epoll it stays readable until it is asked for again. The given
 * descriptor has to stay open as long as the watch. [-0, +(1|2), e]
 *
 *   watch:fd()    -> the descriptor
 *   watch:close() also called by the garbage collector
 */
int watch_new(lua_State *L);

#endif
