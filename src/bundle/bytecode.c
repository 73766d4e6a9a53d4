/* SPDX-License-Identifier: MIT */
#include "bundle/bytecode.h"
#include "base/compat.h"
#include "bundle/archive.h"

#include <string.h>

/* The key of the registry that says whether the bytecode fits. */
static const char fits_key;

/* Compares what is written with what is expected; stops at a difference. */
static int compare(lua_State *L, const void *data, size_t size, void *context)
{
  struct archive_part *left = context;
  (void)L;
  if (size > left->size || memcmp(data, left->data, size) != 0)
    return 1;
  left->data += size;
  left->size -= size;
  return 0;
}

/* Whether this Lua makes of the probe what the Lua of the build made of it. */
static bool is_same_lua(lua_State *L)
{
  struct archive_part text = archive_probe_text();
  struct archive_part expected = archive_probe();
  bool is_same = false;
  int status;
  if (!expected.size)
    return false;
  status = luaL_loadbuffer(L, text.data, text.size, "=probe");
  if (status == LUA_ERRMEM)
    lua_error(L);
  if (status == 0)
    is_same = rtk_dump(L, compare, &expected) == 0 && !expected.size;
  lua_pop(L, 1);
  return is_same;
}

static bool fits(lua_State *L)
{
  bool is_known;
  bool is_fit;
  lua_pushlightuserdata(L, (void *)&fits_key);
  lua_rawget(L, LUA_REGISTRYINDEX);
  is_known = lua_isboolean(L, -1);
  is_fit = lua_toboolean(L, -1);
  lua_pop(L, 1);
  if (is_known)
    return is_fit;
  is_fit = is_same_lua(L);
  lua_pushlightuserdata(L, (void *)&fits_key);
  lua_pushboolean(L, is_fit);
  lua_rawset(L, LUA_REGISTRYINDEX);
  return is_fit;
}

/* The beginning of a chunk's bytecode, up to the end of its name. */
struct head {
  char bytes[1024];
  size_t size;
};

static int keep(lua_State *L, const void *data, size_t size, void *context)
{
  struct head *head = context;
  (void)L;
  if (size > sizeof head->bytes - head->size)
    return 1;
  memcpy(head->bytes + head->size, data, size);
  head->size += size;
  return 0;
}

/* Ends a head behind the name; false if the name is not in it. */
static bool cut_behind(struct head *head, const char *name)
{
  size_t length = strlen(name);
  size_t start;
  for (start = 0; start + length <= head->size; start++) {
    if (memcmp(head->bytes + start, name, length) != 0)
      continue;
    head->size = start + length;
    return true;
  }
  return false;
}

/* Lets Lua write the head, as that of an empty chunk: it knows its format. */
static bool write_head(lua_State *L, struct head *head, const char *name)
{
  int status = luaL_loadbuffer(L, "", 0, name);
  bool is_written;
  if (status == LUA_ERRMEM)
    lua_error(L);
  head->size = 0;
  is_written = status == 0 && rtk_dump(L, keep, head) == 0;
  lua_pop(L, 1);
  return is_written && cut_behind(head, name);
}

/* The parts that are still to be read. */
struct parts {
  struct archive_part head;
  struct archive_part tail;
};

static const char *read_part(lua_State *L, void *context, size_t *size)
{
  struct parts *parts = context;
  struct archive_part next = parts->head.size ? parts->head : parts->tail;
  (void)L;
  if (parts->head.size)
    parts->head.size = 0;
  else
    parts->tail.size = 0;
  *size = next.size;
  return next.size ? next.data : NULL;
}

bool bytecode_load(lua_State *L, int file, const char *chunk)
{
  struct head head;
  struct parts parts = {{head.bytes, 0}, archive_bytecode(file)};
  int status;
  if (!parts.tail.size || !fits(L) || !write_head(L, &head, chunk))
    return false;
  parts.head.size = head.size;
  status = rtk_load_binary(L, read_part, &parts, chunk);
  if (status == LUA_ERRMEM)
    lua_error(L);
  if (status != 0)
    lua_pop(L, 1);
  return status == 0;
}
