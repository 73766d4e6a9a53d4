/* SPDX-License-Identifier: MIT */
#include "eventloop/waker_lua.h"
#include "base/userdata.h"
#include "base/compat.h"
#include "eventloop/listener.h"
#include "eventloop/waker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#define TYPE_NAME "rtk.waker"

/* The most numbers of one waker:ready(). */
#define BATCH 64

struct waker {
  struct rtk_waker waker;
  struct rtk_listener listener;
};

static struct waker *to_waker(lua_State *L)
{
  struct waker *waker = luaL_checkudata(L, 1, TYPE_NAME);
  if (!waker->waker.is_open)
    luaL_error(L, "waker is closed");
  if (!rtk_waker_is_own(&waker->waker))
    luaL_error(L, "waker belongs to the parent process");
  return waker;
}

static int push_outcome(lua_State *L, const char *what, int error)
{
  if (!error) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  lua_pushfstring(L, "could not %s: %s", what, strerror(error));
  return 2;
}

static int waker_listen(lua_State *L)
{
  struct rtk_listener *listener = &to_waker(L)->listener;
  const char *directory = luaL_optstring(L, 2, NULL);
  int error;
  rtk_listener_close(listener);
  if (directory)
    error = rtk_listener_open_local(listener, directory);
  else
    error = rtk_listener_open_loopback(listener);
  if (error)
    return push_outcome(L, "listen", error);
  if (directory)
    lua_pushstring(L, listener->local.sun_path);
  else
    lua_pushinteger(L, ntohs(listener->loopback.sin_port));
  return 1;
}

static int waker_start(lua_State *L)
{
  struct waker *waker = to_waker(L);
  int socket;
  int error;
  luaL_argcheck(L, !waker->waker.is_running, 1, "is running already");
  socket = rtk_listener_accept(&waker->listener);
  error = socket < 0 ? errno : rtk_waker_start(&waker->waker, socket);
  rtk_listener_close(&waker->listener);
  return push_outcome(L, "start a waker", error);
}

static int waker_watch(lua_State *L)
{
  struct rtk_waker *waker = &to_waker(L)->waker;
  int descriptor = (int)luaL_checkinteger(L, 2);
  lua_Number number = luaL_checknumber(L, 3);
  luaL_argcheck(L, number >= 0 && number <= UINT32_MAX, 3,
                "must be a number of 32 bits");
  return push_outcome(L, "watch a descriptor",
                      rtk_waker_watch(waker, descriptor, (uint32_t)number));
}

static int waker_unwatch(lua_State *L)
{
  rtk_waker_unwatch(&to_waker(L)->waker, (int)luaL_checkinteger(L, 2));
  return 0;
}

static int waker_ready(lua_State *L)
{
  uint32_t numbers[BATCH];
  int count = rtk_waker_ready(&to_waker(L)->waker, numbers, BATCH);
  int i;
  lua_createtable(L, count, 0);
  for (i = 0; i < count; i++) {
    rtk_pushcount(L, numbers[i]);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

static int waker_rearm(lua_State *L)
{
  rtk_waker_rearm(&to_waker(L)->waker);
  return 0;
}

static int waker_wake(lua_State *L)
{
  rtk_waker_wake(&to_waker(L)->waker);
  return 0;
}

static int waker_close(lua_State *L)
{
  struct waker *waker = luaL_checkudata(L, 1, TYPE_NAME);
  rtk_waker_close(&waker->waker);
  rtk_listener_close(&waker->listener);
  return 0;
}

static const luaL_Reg methods[] = {
    {"listen", waker_listen},   {"start", waker_start}, {"watch", waker_watch},
    {"unwatch", waker_unwatch}, {"ready", waker_ready}, {"rearm", waker_rearm},
    {"wake", waker_wake},       {"close", waker_close}, {NULL, NULL},
};

static const luaL_Reg metamethods[] = {{"__gc", waker_close}, {NULL, NULL}};

static const struct rtk_userdata_type type = {TYPE_NAME, metamethods, methods};

int waker_new(lua_State *L)
{
  struct waker *waker;
  int error;
  rtk_userdata_push_metatable(L, &type, 0);
  waker = rtk_newuserdata(L, sizeof *waker);
  rtk_waker_init(&waker->waker);
  rtk_listener_init(&waker->listener);
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  error = rtk_waker_open(&waker->waker);
  return error ? push_outcome(L, "make a waker", error) : 1;
}
