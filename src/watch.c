/* SPDX-License-Identifier: MIT */
#include "watch.h"
#include "compat.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define TYPE_NAME "rtk.watch"

struct watch {
  int epoll; /* -1 while closed */
};

static int watch_fd(lua_State *L)
{
  const struct watch *watch = luaL_checkudata(L, 1, TYPE_NAME);
  luaL_argcheck(L, watch->epoll >= 0, 1, "watch is closed");
  lua_pushinteger(L, watch->epoll);
  return 1;
}

static int watch_close(lua_State *L)
{
  struct watch *watch = luaL_checkudata(L, 1, TYPE_NAME);
  if (watch->epoll >= 0)
    (void)close(watch->epoll);
  watch->epoll = -1;
  return 0;
}

/* Pushes the metatable, which is registered only when it is whole. */
static void push_metatable(lua_State *L)
{
  luaL_getmetatable(L, TYPE_NAME);
  if (!lua_isnil(L, -1))
    return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 5);
  lua_pushcfunction(L, watch_close);
  lua_setfield(L, -2, "__gc");
  lua_pushliteral(L, TYPE_NAME);
  lua_setfield(L, -2, "__name");
  lua_pushcfunction(L, watch_fd);
  lua_setfield(L, -2, "fd");
  lua_pushcfunction(L, watch_close);
  lua_setfield(L, -2, "close");
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, TYPE_NAME);
}

/* Returns 0 or an errno. */
static int open_watch(struct watch *watch, int descriptor, unsigned events)
{
  struct epoll_event event;
  watch->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (watch->epoll < 0)
    return errno;
  memset(&event, 0, sizeof event);
  event.events = events;
  return epoll_ctl(watch->epoll, EPOLL_CTL_ADD, descriptor, &event) ? errno : 0;
}

int watch_new(lua_State *L)
{
  static const char *const names[] = {"r", "w", NULL};
  static const unsigned events[] = {EPOLLIN, EPOLLOUT};
  int descriptor = (int)luaL_checkinteger(L, 1);
  int kind = luaL_checkoption(L, 2, NULL, names);
  struct watch *watch;
  int error;
  push_metatable(L);
  watch = rtk_newuserdata(L, sizeof *watch);
  watch->epoll = -1;
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  error = open_watch(watch, descriptor, events[kind]);
  if (!error)
    return 1;
  lua_pushnil(L);
  lua_pushfstring(L, "could not watch a descriptor: %s", strerror(error));
  return 2;
}
