/* SPDX-License-Identifier: MIT */
#include "bundle/loader.h"
#include "base/compat.h"
#include "bundle/archive.h"
#include "bundle/bytecode.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The name of a file in the folder of all: without "rtk/". */
static const char *name_in_folder(int file)
{
  return strchr(rtk_files[file].name, '/') + 1;
}

/* Whether all that is left in an open file is the text. */
static bool has_text(int descriptor, struct archive_part text)
{
  char bytes[16384];
  ssize_t count;
  while ((count = read(descriptor, bytes, sizeof bytes)) > 0) {
    if ((size_t)count > text.size ||
        memcmp(bytes, text.data, (size_t)count) != 0)
      return false;
    text.data += count;
    text.size -= (size_t)count;
    if (!text.size && (size_t)count < sizeof bytes)
      return true;
  }
  return count == 0 && text.size == 0;
}

static bool is_archived(int folder, int file)
{
  int descriptor = openat(folder, name_in_folder(file), O_RDONLY | O_CLOEXEC);
  bool is_same = descriptor >= 0 && has_text(descriptor, archive_text(file));
  if (descriptor >= 0)
    close(descriptor);
  return is_same;
}

bool loader_is_archived(const char *folder)
{
  int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int file = 0;
  if (descriptor < 0)
    return false;
  while (*rtk_files[file].name && is_archived(descriptor, file))
    file++;
  close(descriptor);
  return !*rtk_files[file].name;
}

void loader_push_archived(lua_State *L, int file, const char *folder)
{
  struct archive_part text = archive_text(file);
  const char *chunk = lua_pushfstring(L, "@%s%s", folder, name_in_folder(file));
  if (!bytecode_load(L, file, chunk) &&
      luaL_loadbuffer(L, text.data, text.size, chunk) != 0)
    lua_error(L);
  lua_remove(L, -2);
}

/*
 * Pushes the chunk of a file of a folder; false if it is not there.
 * [-0, +(1|0), e]
 */
static bool push_of_folder(lua_State *L, int file, const char *folder)
{
  int status;
  lua_pushfstring(L, "%s%s", folder, name_in_folder(file));
  status = luaL_loadfile(L, lua_tostring(L, -1));
  lua_remove(L, -2);
  if (status == LUA_ERRFILE)
    lua_pop(L, 1);
  else if (status != 0)
    lua_error(L);
  return status == 0;
}

enum {
  GLOBALS = lua_upvalueindex(1),
  FOLDER = lua_upvalueindex(2),
  IS_ARCHIVED = lua_upvalueindex(3),
  RELEASES = lua_upvalueindex(4)
};

static void push_chunk(lua_State *L, int file)
{
  const char *folder = lua_tostring(L, FOLDER);
  if (folder && lua_toboolean(L, IS_ARCHIVED))
    loader_push_archived(L, file, folder);
  else if (!folder || !push_of_folder(L, file, folder))
    loader_push_archived(L, file, BUNDLED_FOLDER);
}

/* Sets whether what a module was loaded from is released when it is loaded. */
static void set_releases(lua_State *L, bool releases)
{
  lua_pushboolean(L, releases);
  lua_replace(L, RELEASES);
}

static int load_module(lua_State *L)
{
  const char *name = luaL_checkstring(L, 1);
  int file = archive_find_module(name);
  bool releases = lua_toboolean(L, RELEASES);
  lua_settop(L, 1);
  if (file < 0)
    return luaL_error(L, "rtk has no module %s", name);
  /* Once, not for each of the modules that this one requires. */
  set_releases(L, false);
  push_chunk(L, file);
  lua_pushvalue(L, GLOBALS);
  rtk_set_globals(L, 2);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  set_releases(L, releases);
  if (releases)
    archive_release();
  return 1;
}

void loader_push(lua_State *L, int globals, const char *folder,
                 bool is_archived)
{
  lua_pushvalue(L, globals);
  lua_pushstring(L, folder);
  lua_pushboolean(L, is_archived);
  lua_pushboolean(L, archive_is_releasable());
  lua_pushcclosure(L, load_module, 4);
}

enum {
  LOADER = lua_upvalueindex(1),
  LOADED = lua_upvalueindex(2),
  REQUIRE = lua_upvalueindex(3)
};

/* Whether a module is loaded, which is on top: the usual require marks those
   whose loading failed with a light userdata. */
static bool is_loaded(lua_State *L)
{
  return lua_toboolean(L, -1) && !lua_islightuserdata(L, -1);
}

static int require(lua_State *L)
{
  const char *name = luaL_checkstring(L, 1);
  bool is_own;
  lua_settop(L, 1);
  lua_getfield(L, LOADED, name);
  if (is_loaded(L))
    return 1;
  is_own = archive_find_module(name) >= 0;
  lua_pushvalue(L, is_own ? LOADER : REQUIRE);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  if (is_own) {
    lua_pushvalue(L, -1);
    lua_setfield(L, LOADED, name);
  }
  return 1;
}

void loader_push_require(lua_State *L, int loader, int loaded, int usual)
{
  lua_pushvalue(L, loader);
  lua_pushvalue(L, loaded);
  lua_pushvalue(L, usual);
  lua_pushcclosure(L, require, 3);
}
