/* SPDX-License-Identifier: MIT */
/*
 * The Lua layer as bytecode, so that nothing has to be parsed when it is
 * loaded.
 *
 * Lua does not promise that the bytecode of one release runs on another, and
 * what has the same header may still differ. So the Lua that made it compiled a
 * probe as well, a text with everything that the language has, and its bytecode
 * is used only where the Lua that runs makes the same of the probe, byte for
 * byte. It never comes from a file.
 */
#ifndef RTK_BUNDLE_BYTECODE_H
#define RTK_BUNDLE_BYTECODE_H

#include <lua.h>
#include <stdbool.h>

/*
 * Loads a file of the archive as the chunk of that name. False, and nothing is
 * pushed, if there is no bytecode that fits: then its text is to be loaded.
 * [-0, +(1|0), m]
 */
bool bytecode_load(lua_State *L, int file, const char *chunk);

#endif
