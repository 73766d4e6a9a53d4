/* SPDX-License-Identifier: MIT */
/*
 * A descriptor that is readable when another one is ready, or broken: for
 * event loops that make something of their own of what is broken.
 *
 *   watch:fd()    -> the descriptor
 *   watch:close() also done by the collector
 */
#ifndef RTK_WATCH_H
#define RTK_WATCH_H

#include <lua.h>

/*
 * watch(descriptor, "r" or "w") -> watch, or nil, message. The descriptor has
 * to stay open as long as the watch. [-0, +(1|2), e]
 */
int watch_new(lua_State *L);

#endif
