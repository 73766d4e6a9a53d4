/* SPDX-License-Identifier: MIT */
#include "eventloop/watch.h"
#include "base/userdata.h"
#include "base/compat.h"
#include "base/fd_identity.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#define TYPE_NAME "rtk.watch"

struct watch {
  int epoll; /* -1 while closed */
  struct rtk_identity identity;
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
  rtk_identity_close(&watch->identity, watch->epoll);
  watch->epoll = -1;
  return 0;
}

static const luaL_Reg methods[] = {
    {"fd", watch_fd}, {"close", watch_close}, {NULL, NULL}};

static const luaL_Reg metamethods[] = {{"__gc", watch_close}, {NULL, NULL}};

static const struct rtk_class class = {TYPE_NAME, metamethods, methods};

/* Returns 0 or an errno. */
static int open_watch(struct watch *watch, int descriptor, unsigned events)
{
  struct epoll_event event;
  watch->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (watch->epoll < 0)
    return errno;
  rtk_identity_take(&watch->identity, watch->epoll);
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
  rtk_class_push(L, &class, 0);
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
