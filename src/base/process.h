/* SPDX-License-Identifier: MIT */
/*
 * State of the process, shared by all Lua states and threads: libcurl's global
 * initialisation and the count of forks.
 */
#ifndef RTK_PROCESS_H
#define RTK_PROCESS_H

#include <curl/curl.h>
#include <lua.h>

/*
 * Initialises libcurl on the first call; every call returns the result of that.
 * Thread-safe. There is no counterpart: other users of libcurl in the process
 * may outlive this library.
 */
CURLcode rtk_process_init(void);

/*
 * A number that differs between a process and the children it forks after
 * rtk_process_init. No system call is needed. A child made by a bare clone() is
 * not noticed.
 */
unsigned rtk_process_generation(void);

/* generation() -> that number, to recognise what was made before a fork.
   [-0, +1, -] */
int process_generation(lua_State *L);

#endif
