/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <lauxlib.h>

/* Keeps sums of a moment and a duration far from overflow. */
#define MAX_SECONDS 1e9

static int64_t read_clock(clockid_t id)
{
  struct timespec now = {0, 0};
  (void)clock_gettime(id, &now);
  return (int64_t)now.tv_sec * RTK_CLOCK_SECOND + now.tv_nsec;
}

int64_t rtk_clock_now(void)
{
  return read_clock(CLOCK_MONOTONIC);
}

int64_t rtk_clock_wall_lead(void)
{
  return read_clock(CLOCK_REALTIME) - rtk_clock_now();
}

int64_t rtk_clock_duration(double seconds)
{
  double limited = seconds < MAX_SECONDS ? seconds : MAX_SECONDS;
  return (int64_t)(limited * (double)RTK_CLOCK_SECOND);
}

struct timespec rtk_clock_timespec(int64_t duration)
{
  struct timespec result;
  result.tv_sec = (time_t)(duration / RTK_CLOCK_SECOND);
  result.tv_nsec = (long)(duration % RTK_CLOCK_SECOND);
  return result;
}

int clock_now(lua_State *L)
{
  lua_pushnumber(L, (lua_Number)rtk_clock_now() / (double)RTK_CLOCK_SECOND);
  return 1;
}

int clock_sleep(lua_State *L)
{
  lua_Number seconds = luaL_checknumber(L, 1);
  struct timespec rest;
  /* Written so that NaN fails, too. */
  luaL_argcheck(L, seconds >= 0, 1, "seconds must be 0 or more");
  rest = rtk_clock_timespec(rtk_clock_duration(seconds));
  /* Not moved by a change of the date either, and everywhere. */
  if (nanosleep(&rest, &rest) == 0)
    lua_pushnumber(L, 0);
  else
    lua_pushnumber(L, (lua_Number)rest.tv_sec + (lua_Number)rest.tv_nsec / 1e9);
  return 1;
}
