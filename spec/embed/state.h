/* SPDX-License-Identifier: MIT */
/*
 * What the programs here have in common: states with rtk in them, as a C
 * program makes them, in which no file can be found, and scripts to run there.
 */
#ifndef SPEC_EMBED_STATE_H
#define SPEC_EMBED_STATE_H

#include <lua.h>

/* A new state with the standard libraries and rtk, or NULL. The allocator may
   be NULL for the usual one. */
lua_State *state_new(lua_Alloc allocate, void *context);

/* The same with the C part of rtk only, as the global `core`. */
lua_State *state_new_core(void);

/*
 * Runs a script with a number as its argument. Returns the number that it
 * returns, or -1 after its error was written to stderr.
 */
long state_run(lua_State *L, const char *script, long argument);

/* How many descriptors this process has open. */
int state_descriptors(void);

#endif
