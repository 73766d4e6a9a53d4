/* SPDX-License-Identifier: MIT */
#include "eventloop/wait.h"
#include "base/clock.h"
#include "base/compat.h"

#include <limits.h>
#include <poll.h>

/* (descriptors) -> descriptors, userdata with one pollfd for each. */
static struct pollfd *push_pollfds(lua_State *L, size_t count)
{
  struct pollfd *pollfds =
      rtk_newuserdata(L, (count ? count : 1) * sizeof *pollfds);
  size_t i;
  for (i = 0; i < count; i++) {
    lua_Number fd;
    lua_rawgeti(L, 1, (int)i + 1);
    fd = lua_tonumber(L, -1);
    luaL_argcheck(L, lua_isnumber(L, -1) && fd >= 0 && fd <= INT_MAX, 1,
                  "descriptors must be whole numbers that are not negative");
    lua_pop(L, 1);
    pollfds[i].fd = (int)fd;
    pollfds[i].events = POLLIN;
    pollfds[i].revents = 0;
  }
  return pollfds;
}

int descriptors_wait(lua_State *L)
{
  lua_Number timeout = luaL_checknumber(L, 2);
  struct timespec limit;
  struct pollfd *pollfds;
  size_t count;
  luaL_checktype(L, 1, LUA_TTABLE);
  /* Written so that NaN fails, too. */
  luaL_argcheck(L, timeout >= 0, 2, "timeout must be 0 or more");
  count = rtk_rawlen(L, 1);
  luaL_argcheck(L, count <= INT_MAX, 1, "too many descriptors");
  pollfds = push_pollfds(L, count);
  limit = rtk_clock_timespec(rtk_clock_duration(timeout));
  lua_pushboolean(L, ppoll(pollfds, count, &limit, NULL) > 0);
  return 1;
}
