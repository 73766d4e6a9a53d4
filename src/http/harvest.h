/* SPDX-License-Identifier: MIT */
/*
 * Makes Lua results of the finished requests of an engine, as many as there is
 * memory for.
 *
 * Requests are taken from the engine only when all results of one go are made,
 * so that running out of memory loses none. A first request whose reply there
 * is no memory for, even after a collection, fails: or else every later call
 * would meet it.
 */
#ifndef RTK_HARVEST_H
#define RTK_HARVEST_H

#include "http/engine.h"

#include <lua.h>

/*
 * [-0, +1, m] Pushes what rtk_harvest calls; codec is the index of the JSON
 * codec.
 */
void rtk_harvester_push(lua_State *L, int codec);

/*
 * [-0, +(1|2|3), -] Pushes the array of results, of most requests at most, or
 * what was raised; below it there may be what earlier tries raised. Returns
 * what lua_pcall does; harvester is an index. Finalizers may run meanwhile.
 */
int rtk_harvest(lua_State *L, int harvester, struct rtk_engine *engine,
                int most);

#endif
