/* SPDX-License-Identifier: MIT */
#include "eventloop/waker_lua.h"
#include "base/userdata.h"
#include "base/compat.h"
#include "eventloop/listener.h"
#include "eventloop/waker.h"

#include <errno.h>
#include <string.h>

#define TYPE_NAME "rtk.relay"

/* The most numbers of one relay:ready(). */
#define BATCH 64

struct relay {
  struct rtk_relay relay;
  struct rtk_listener listener;
};

static struct relay *to_relay(lua_State *L)
{
  struct relay *relay = luaL_checkudata(L, 1, TYPE_NAME);
  if (relay->relay.gate < 0)
    luaL_error(L, "relay is closed");
  if (!rtk_relay_is_own(&relay->relay))
    luaL_error(L, "relay belongs to the parent process");
  return relay;
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

static int relay_listen(lua_State *L)
{
  struct rtk_listener *listener = &to_relay(L)->listener;
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

static int relay_start(lua_State *L)
{
  struct relay *relay = to_relay(L);
  int wire;
  int error;
  luaL_argcheck(L, !relay->relay.is_running, 1, "is running already");
  wire = rtk_listener_accept(&relay->listener);
  error = wire < 0 ? errno : rtk_relay_start(&relay->relay, wire);
  rtk_listener_close(&relay->listener);
  return push_outcome(L, "start a relay", error);
}

static int relay_watch(lua_State *L)
{
  const struct rtk_relay *relay = &to_relay(L)->relay;
  int descriptor = (int)luaL_checkinteger(L, 2);
  uint32_t number = (uint32_t)luaL_checkinteger(L, 3);
  return push_outcome(L, "watch a descriptor",
                      rtk_relay_watch(relay, descriptor, number));
}

static int relay_unwatch(lua_State *L)
{
  rtk_relay_unwatch(&to_relay(L)->relay, (int)luaL_checkinteger(L, 2));
  return 0;
}

static int relay_ready(lua_State *L)
{
  uint32_t numbers[BATCH];
  int count = rtk_relay_ready(&to_relay(L)->relay, numbers, BATCH);
  int i;
  lua_createtable(L, count, 0);
  for (i = 0; i < count; i++) {
    lua_pushinteger(L, (lua_Integer)numbers[i]);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

static int relay_rearm(lua_State *L)
{
  rtk_relay_rearm(&to_relay(L)->relay);
  return 0;
}

static int relay_ring(lua_State *L)
{
  rtk_relay_ring(&to_relay(L)->relay);
  return 0;
}

static int relay_close(lua_State *L)
{
  struct relay *relay = luaL_checkudata(L, 1, TYPE_NAME);
  rtk_relay_close(&relay->relay);
  rtk_listener_close(&relay->listener);
  return 0;
}

static const luaL_Reg methods[] = {
    {"listen", relay_listen},   {"start", relay_start}, {"watch", relay_watch},
    {"unwatch", relay_unwatch}, {"ready", relay_ready}, {"rearm", relay_rearm},
    {"ring", relay_ring},       {"close", relay_close}, {NULL, NULL},
};

static const luaL_Reg metamethods[] = {{"__gc", relay_close}, {NULL, NULL}};

static const struct rtk_class class = {TYPE_NAME, metamethods, methods};

int relay_new(lua_State *L)
{
  struct relay *relay;
  int error;
  rtk_class_push(L, &class, 0);
  relay = rtk_newuserdata(L, sizeof *relay);
  rtk_relay_init(&relay->relay);
  rtk_listener_init(&relay->listener);
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  error = rtk_relay_open(&relay->relay);
  return error ? push_outcome(L, "make a relay", error) : 1;
}
