/* SPDX-License-Identifier: MIT */
/*
 * What there is once per process, whatever the number of Lua states and
 * threads: libcurl's global state and the knowledge of having been forked.
 */
#ifndef RTK_PROCESS_H
#define RTK_PROCESS_H

#include <curl/curl.h>
#include <lua.h>

/*
 * Initialises libcurl on the first call and tells every caller how that went.
 * Thread-safe. There is no counterpart: other users of libcurl in the process
 * may outlive this library.
 */
CURLcode rtk_process_init(void);

/*
 * A number that differs between a process and the children it forks after
 * rtk_process_init. Costs no system call, other than getpid. A child made by
 * a bare clone() is not noticed.
 */
unsigned rtk_process_generation(void);

/*
 * generation() -> that number, for Lua to know what it has from before a fork.
 * [-0, +1, -]
 */
int process_generation(lua_State *L);

#endif
