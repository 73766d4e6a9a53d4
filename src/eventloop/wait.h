/* SPDX-License-Identifier: MIT */
/*
 * Waits for several descriptors at once: those of the transports of a program
 * that uses more than one and has no event loop.
 */
#ifndef RTK_DESCRIPTORS_H
#define RTK_DESCRIPTORS_H

#include <lua.h>

/*
 * wait(descriptors, timeout) -> boolean. Waits until one of the descriptors is
 * readable, that many seconds have passed or a signal comes; true if one is
 * readable. [-0, +1, e]
 */
int descriptors_wait(lua_State *L);

#endif
