/* SPDX-License-Identifier: MIT */
/* Opens rtk.core: the list of what the C part offers. */
#include "rtk.h"
#include "base/compat.h"
#include "base/ascii.h"
#include "bundle.h"
#include "base/clock.h"
#include "crypto/crypto_lua.h"
#include "eventloop/wait.h"
#include "eventloop/yieldable.h"
#include "file/output_file.h"
#include "json/json.h"
#include "json/table_kind.h"
#include "list/items.h"
#include "list/unseen.h"
#include "base/process.h"
#include "file/terminal.h"
#include "globals.h"
#include "eventloop/waker_lua.h"
#include "http/transport.h"

static const luaL_Reg functions[] = {
    {"decode", json_decode},
    {"encode", json_encode},
    {"table_kind", json_table_kind},
    {"reserve", json_reserve},
    {"set_metatables", list_set_metatables},
    {"unseen", list_unseen},
    {"lower", ascii_lower},
    {"is_word", ascii_is_word},
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
    {"public_key", crypto_public_key},
    {"private_key", crypto_private_key},
    {"new_private_key", crypto_new_private_key},
    {"sha256", crypto_sha256},
    {NULL, NULL},
};

/* What goes by the globals of the state, as fields of the table on top. */
static void add_globals(lua_State *L)
{
  globals_push(L);
  yieldable_push(L, -1);
  lua_setfield(L, -3, "yieldable");
  lua_pushvalue(L, -1);
  lua_getfield(L, -1, "require");
  lua_pushcclosure(L, bundle_adopt, 2);
  lua_setfield(L, -3, "adopt");
  lua_setfield(L, -2, "globals");
  lua_pushboolean(L, yieldable_through_pcall());
  lua_setfield(L, -2, "yieldable_through_pcall");
  lua_pushboolean(L, RTK_COMPILES);
  lua_setfield(L, -2, "compiles");
}

RTK_EXPORT int luaopen_rtk_core(lua_State *L)
{
  const luaL_Reg *function;
  lua_settop(L, 0);
  transport_global_init(L);
  rtk_json_push_codec(L);
  lua_createtable(L, 0, 32);
  for (function = functions; function->name; function++) {
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, function->func, 1);
    lua_setfield(L, -2, function->name);
  }
  add_globals(L);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  rtk_json_push_array_metatable(L, -2);
  lua_setfield(L, -2, "array_metatable");
  lua_pushliteral(L, RTK_VERSION);
  lua_setfield(L, -2, "_VERSION");
  return 1;
}
