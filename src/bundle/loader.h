/* SPDX-License-Identifier: MIT */
/* Loads modules of the Lua layer, from their folder or from the archive. */
#ifndef RTK_BUNDLE_LOADER_H
#define RTK_BUNDLE_LOADER_H

#include <lua.h>
#include <stdbool.h>

/*
 * The folder that files of the archive are said to be in. A user's own may be
 * called rtk/... as well.
 */
#define BUNDLED_FOLDER "[rtk]/"

/*
 * Whether a folder, whose name ends in a slash, has all files of the archive
 * with the same texts. Then the archive can stand for it from now on, also
 * where the folder is out of reach later, or another version is put there.
 */
bool loader_is_archived(const char *folder);

/* Pushes the chunk of a file of the archive; raises what Lua says of it.
   [-0, +1, e] */
void loader_push_archived(lua_State *L, int file, const char *folder);

/*
 * Pushes the function that loads a module and returns it, as package.preload
 * has them: (name) -> module. At the index are the globals of modules. With a
 * folder the files there are loaded, or where they are missing the archive; if
 * the folder is archived, they are named as if they were there. What they were
 * loaded from leaves the memory of the process. [-0, +1, m]
 */
void loader_push(lua_State *L, int globals, const char *folder,
                 bool is_archived);

/*
 * Pushes the require of the Lua layer: (name) -> module. It differs from the
 * usual one, which it calls for modules of others, where loading fails: LuaJIT
 * and Lua 5.1 never load such a module again, and memory may be there the next
 * time. At the indexes are the function of loader_push, package.loaded and the
 * usual require. [-0, +1, m]
 */
void loader_push_require(lua_State *L, int loader, int loaded, int require);

#endif
