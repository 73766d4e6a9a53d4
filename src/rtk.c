/* SPDX-License-Identifier: MIT */
/* Opens rtk.core: the list of what the C part offers. */
#include "rtk.h"
#include "base/compat.h"
#include "base/ascii.h"
#include "bundle.h"
#include "base/clock.h"
#include "crypto/crypto_lua.h"
#include "eventloop/wait.h"
#include "file/output_file.h"
#include "json/json.h"
#include "json/table_kind.h"
#include "base/process.h"
#include "file/terminal.h"
#include "eventloop/waker_lua.h"
#include "http/transport.h"

/*
 * yieldable() -> whether the running coroutine can yield: false outside of
 * coroutines and below a C function that called Lua, such as require. nginx
 * hides Lua's own function for this. [-0, +1, -]
 */
static int yieldable(lua_State *L)
{
  lua_pushboolean(L, lua_isyieldable(L));
  return 1;
}

static const luaL_Reg functions[] = {
    {"decode", json_decode},
    {"encode", json_encode},
    {"table_kind", json_table_kind},
    {"lower", ascii_lower},
    {"before", ascii_before},
    {"number_text", ascii_number_text},
    {"transport", transport_new},
    {"open_file", output_file_open},
    {"now", clock_now},
    {"sleep", clock_sleep},
    {"terminal_width", terminal_width},
    {"source", bundle_source},
    {"generation", process_generation},
    {"wait", wait_descriptors},
    {"watch", watch_new},
    {"waker", waker_new},
    {"yieldable", yieldable},
    {"public_key", crypto_public_key},
    {"private_key", crypto_private_key},
    {"new_private_key", crypto_new_private_key},
    {"sha256", crypto_sha256},
    {NULL, NULL},
};

RTK_EXPORT int luaopen_rtk_core(lua_State *L)
{
  const luaL_Reg *function;
  transport_global_init(L);
  rtk_json_push_codec(L);
  lua_createtable(L, 0, 24);
  for (function = functions; function->name; function++) {
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, function->func, 1);
    lua_setfield(L, -2, function->name);
  }
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  rtk_json_push_array_metatable(L, -2);
  lua_setfield(L, -2, "array_metatable");
  lua_pushliteral(L, RTK_VERSION);
  lua_setfield(L, -2, "_VERSION");
  return 1;
}
