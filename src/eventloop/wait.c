/* SPDX-License-Identifier: MIT */
#include "eventloop/wait.h"
#include "base/clock.h"
#include "base/compat.h"
#include "base/userdata.h"
#include "system/portable.h"
#include "system/wait_set.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

#define TYPE_NAME "rtk.watch"

/* The descriptor at an index, which is an argument or in one. [-0, +0, v] */
static int check_descriptor(lua_State *L, int index, int argument)
{
  lua_Number fd = lua_tonumber(L, index);
  luaL_argcheck(L, lua_isnumber(L, index) && fd >= 0 && fd <= INT_MAX, argument,
                "descriptors must be whole numbers that are not negative");
  return (int)fd;
}

/* (descriptors) -> descriptors, userdata with one pollfd for each. */
static struct pollfd *push_pollfds(lua_State *L, size_t count)
{
  struct pollfd *pollfds =
      rtk_newuserdata(L, (count ? count : 1) * sizeof *pollfds);
  size_t i;
  for (i = 0; i < count; i++) {
    lua_rawgeti(L, 1, (int)i + 1);
    pollfds[i].fd = check_descriptor(L, -1, 1);
    lua_pop(L, 1);
    pollfds[i].events = POLLIN;
    pollfds[i].revents = 0;
  }
  return pollfds;
}

int wait_descriptors(lua_State *L)
{
  lua_Number timeout = luaL_checknumber(L, 2);
  struct pollfd *pollfds;
  size_t count;
  luaL_checktype(L, 1, LUA_TTABLE);
  /* Written so that NaN fails, too. */
  luaL_argcheck(L, timeout >= 0, 2, "timeout must be 0 or more");
  count = rtk_rawlen(L, 1);
  luaL_argcheck(L, count <= INT_MAX / sizeof *pollfds, 1,
                "too many descriptors");
  pollfds = push_pollfds(L, count);
  lua_pushboolean(L, rtk_portable_poll(pollfds, (nfds_t)count,
                                       rtk_clock_duration(timeout)) > 0);
  return 1;
}

struct watch {
  struct rtk_wait_set *set; /* NULL while closed */
};

static int watch_fd(lua_State *L)
{
  const struct watch *watch = luaL_checkudata(L, 1, TYPE_NAME);
  luaL_argcheck(L, watch->set, 1, "watch is closed");
  lua_pushinteger(L, rtk_wait_set_fd(watch->set));
  return 1;
}

static int watch_close(lua_State *L)
{
  struct watch *watch = luaL_checkudata(L, 1, TYPE_NAME);
  rtk_wait_set_close(watch->set);
  watch->set = NULL;
  return 0;
}

static const luaL_Reg methods[] = {
    {"fd", watch_fd}, {"close", watch_close}, {NULL, NULL}};

static const luaL_Reg metamethods[] = {{"__gc", watch_close}, {NULL, NULL}};

static const struct rtk_userdata_type type = {TYPE_NAME, metamethods, methods};

/* Returns 0 or an errno. */
static int open_watch(struct watch *watch, int descriptor, unsigned events)
{
  int error;
  watch->set = rtk_wait_set_open();
  if (!watch->set)
    return errno;
  error = rtk_wait_set_change(watch->set, descriptor, 0, events, 0);
  if (!error && rtk_wait_set_fd(watch->set) < 0)
    error = errno;
  if (error) {
    rtk_wait_set_close(watch->set);
    watch->set = NULL;
  }
  return error;
}

int watch_new(lua_State *L)
{
  static const char *const names[] = {"r", "w", NULL};
  static const unsigned events[] = {RTK_WAIT_READ, RTK_WAIT_WRITE};
  int descriptor = check_descriptor(L, 1, 1);
  int kind = luaL_checkoption(L, 2, NULL, names);
  struct watch *watch;
  int error;
  rtk_userdata_push_metatable(L, &type, 0);
  watch = rtk_newuserdata(L, sizeof *watch);
  watch->set = NULL;
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  error = open_watch(watch, descriptor, events[kind]);
  if (!error)
    return 1;
  lua_pushnil(L);
  lua_pushfstring(L, "could not watch a descriptor: %s", strerror(error));
  return 2;
}
