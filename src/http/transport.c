/* SPDX-License-Identifier: MIT */
/*
 * The Lua half of a transport. Each method is a Lua phase that reads and
 * checks, a C phase (engine.h) in which Lua is not touched, and a Lua phase
 * that answers.
 */
#include "http/transport.h"
#include "base/userdata.h"
#include "base/compat.h"
#include "base/clock.h"
#include "http/result.h"
#include "base/limits.h"
#include "base/options.h"
#include "base/process.h"
#include "net/proxy.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#define TYPE_NAME "rtk.transport"

/* KiB that a transport takes outside the Lua state, certificates included, plus
   a margin for descriptors. */
#define COST 384

/* Upvalue of transport_new. */
#define CODEC lua_upvalueindex(1)
/* First upvalue of the methods; the others are the names of a request's fields.
 */
#define CONVERTER lua_upvalueindex(1)

struct transport {
  struct rtk_engine engine;
  struct rtk_buffer lines; /* headers of the request that is being submitted */
  bool is_open;
  bool is_making_results; /* results are being made of finished requests */
};

void transport_global_init(lua_State *L)
{
  CURLcode code = rtk_process_init();
  if (code != CURLE_OK)
    luaL_error(L, "could not initialise libcurl: %s", curl_easy_strerror(code));
}

static struct transport *to_transport(lua_State *L)
{
  struct transport *transport = luaL_checkudata(L, 1, TYPE_NAME);
  /* While results are made a finalizer may run and call us. */
  if (transport->is_making_results)
    luaL_error(L, "transport is busy with an outer call");
  return transport;
}

static void check_open(lua_State *L, const struct transport *transport)
{
  if (!transport->is_open)
    luaL_error(L, "transport is closed");
}

static struct transport *to_open(lua_State *L)
{
  struct transport *transport = to_transport(L);
  check_open(L, transport);
  return transport;
}

static struct rtk_engine *to_engine(lua_State *L)
{
  return &to_open(L)->engine;
}

/* Lets a held stream flow on, of which the table has the id. */
static int resume(lua_State *L, struct transport *transport)
{
  struct rtk_stream_flow flow;
  lua_Number id = rtk_request_args_read_flow(L, 2, &flow);
  check_open(L, transport);
  if (id > (lua_Number)transport->engine.last_id ||
      !rtk_engine_resume(&transport->engine, (int64_t)id, &flow)) {
    lua_pushnil(L);
    lua_pushliteral(L, "there is no transfer to go on with");
    return 2;
  }
  rtk_pushcount(L, id);
  return 1;
}

/* Pushes results of what is finished or due, which there is. */
static void push_results(lua_State *L, struct transport *transport, int limit)
{
  int status;
  /* The first pointer into a part of memory makes LuaJIT allocate, which may
     raise; once results are being made nothing may, outside of a pcall. */
  lua_pushlightuserdata(L, &transport->engine);
  lua_pop(L, 1);
  transport->is_making_results = true;
  status = rtk_result_push(L, CONVERTER, &transport->engine, limit);
  transport->is_making_results = false;
  rtk_engine_arm(&transport->engine);
  if (status != 0)
    lua_error(L);
}

/* Waits for the only request. Whether its result came, which is pushed then. */
static bool await_result(lua_State *L, struct transport *transport,
                         lua_Number timeout)
{
  struct rtk_engine *engine = &transport->engine;
  rtk_engine_step(engine, rtk_clock_duration(timeout), 1);
  if (engine->finished.first) {
    push_results(L, transport, RTK_RESULT_ALONE);
    return true;
  }
  rtk_engine_arm(engine);
  return false;
}

/* transport:submit(request, [timeout]) -> id, [result]; or nil, message */
static int transport_submit(lua_State *L)
{
  struct transport *transport = to_open(L);
  lua_Number timeout = luaL_optnumber(L, 3, 0);
  struct rtk_request_args args;
  bool is_finished;
  int64_t id = 0;
  CURLcode code;
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_argcheck(L, timeout >= 0, 3, "timeout must be 0 or more");
  if (rtk_request_args_is_flow(L, 2))
    return resume(L, transport);
  rtk_request_args_read(L, 2, &args, &transport->lines);
  check_open(L, transport); /* reading may have run a finalizer */
  code = rtk_engine_submit(&transport->engine, &args, &id);
  if (code == CURLE_URL_MALFORMAT)
    rtk_options_error(L, 2, "url", "is malformed");
  if (code != CURLE_OK) {
    lua_pushnil(L);
    lua_pushfstring(L, "could not start the request: %s",
                    curl_easy_strerror(code));
    return 2;
  }
  is_finished = timeout > 0 && transport->engine.by_id.count == 1 &&
                await_result(L, transport, timeout);
  rtk_pushcount(L, id);
  if (!is_finished)
    return 1;
  lua_insert(L, -2);
  return 2;
}

/* Adds to the results of a step whether another may find something at once. */
static int answer_step(lua_State *L, const struct rtk_engine *engine)
{
  lua_pushboolean(L, engine->has_more || rtk_engine_has_results(engine));
  return 2;
}

/*
 * transport:step(timeout, [limit]) -> results, no more than the limit, and
 * false if nothing else is ready. Making results takes longer than starting
 * requests, so a caller with more requests to start takes a few results at a
 * time.
 */
static int transport_step(lua_State *L)
{
  struct transport *transport = to_open(L);
  lua_Number timeout = luaL_checknumber(L, 2);
  lua_Number limit = luaL_optnumber(L, 3, INT_MAX);
  int most;
  luaL_argcheck(L, timeout >= 0, 2, "timeout must be 0 or more");
  luaL_argcheck(L, limit >= 1, 3, "limit must be 1 or more");
  most = limit < INT_MAX ? (int)limit : INT_MAX;
  rtk_engine_step(&transport->engine, rtk_clock_duration(timeout), most);
  if (!rtk_engine_has_results(&transport->engine)) {
    rtk_engine_arm(&transport->engine);
    lua_newtable(L);
    return answer_step(L, &transport->engine);
  }
  push_results(L, transport, most);
  return answer_step(L, &transport->engine);
}

/*
 * transport:cancel(id) -> true, sent; or false if there is no such request.
 * There will be no result; sent is true if it may have reached the server.
 */
static int transport_cancel(lua_State *L)
{
  struct rtk_engine *engine = to_engine(L);
  lua_Number id = luaL_checknumber(L, 2);
  bool sent = false;
  /* Beyond last_id the conversion might not be defined. */
  bool found = id >= 1 && id <= (lua_Number)engine->last_id &&
               rtk_engine_cancel(engine, (int64_t)id, &sent);
  lua_pushboolean(L, found);
  if (!found)
    return 1;
  lua_pushboolean(L, sent);
  return 2;
}

/* transport:pending() -> the number of requests without a result yet */
static int transport_pending(lua_State *L)
{
  const struct rtk_engine *engine = to_engine(L);
  lua_pushinteger(L, engine->waiting.count + engine->in_flight.count +
                         engine->finished.count);
  return 1;
}

/* transport:fd() -> descriptor, or nil, message */
static int transport_fd(lua_State *L)
{
  int fd = rtk_engine_fd(to_engine(L));
  if (fd < 0) {
    lua_pushnil(L);
    lua_pushfstring(L, "no descriptor to wait for: %s", strerror(errno));
    return 2;
  }
  lua_pushinteger(L, fd);
  return 1;
}

/* transport:close(); also __gc and __close */
static int transport_close(lua_State *L)
{
  struct transport *transport = to_transport(L);
  transport->is_open = false;
  rtk_engine_close(&transport->engine);
  rtk_buffer_free(&transport->lines);
  return 0;
}

static const luaL_Reg methods[] = {
    {"submit", transport_submit},
    {"step", transport_step},
    {"cancel", transport_cancel},
    {"pending", transport_pending},
    {"fd", transport_fd},
    {"close", transport_close},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {
    {"__gc", transport_close},
    {"__close", transport_close},
    {NULL, NULL},
};

static const struct rtk_userdata_type type = {TYPE_NAME, metamethods, methods};

/* Pushes a closed transport. */
static struct transport *push_transport(lua_State *L)
{
  struct transport *transport;
  rtk_result_push_converter(L, CODEC);
  rtk_request_args_push_names(L);
  rtk_userdata_push_metatable(L, &type, 1 + RTK_REQUEST_FIELDS);
  transport = rtk_newuserdata(L, sizeof *transport);
  rtk_engine_init(&transport->engine);
  rtk_buffer_init(&transport->lines, SIZE_MAX / 2);
  transport->is_open = false;
  transport->is_making_results = false;
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  return transport;
}

/* The options of transport{}; strings are on the Lua stack. */
struct options {
  long max_connections;
  const char *ca_file, *ca_pem, *proxy;
  size_t ca_pem_length;
};

static void read_options(lua_State *L, struct options *options)
{
  lua_Number connections = rtk_options_number(L, 1, "max_connections",
                                              RTK_DEFAULT_MAX_CONNECTIONS, 1);
  if (connections > RTK_MAX_CONNECTIONS)
    connections = RTK_MAX_CONNECTIONS;
  options->max_connections = (long)connections;
  options->ca_file = rtk_options_string(L, 1, "ca_file", NULL);
  options->ca_pem = rtk_options_string(L, 1, "ca_pem", &options->ca_pem_length);
  options->proxy = rtk_options_string(L, 1, "proxy", NULL);
  if (options->ca_file && options->ca_pem)
    rtk_options_error(L, 1, "ca_pem", "cannot be given beside ca_file");
}

/* Opens the engine. Returns 0 or an errno; or stores which option is invalid
   and why. */
static int open_engine(struct rtk_engine *engine, const struct options *options,
                       const char **option, const char **problem)
{
  struct rtk_request_settings settings;
  int error;
  *option = "proxy";
  *problem = options->proxy ? rtk_proxy_defect(options->proxy) : NULL;
  if (*problem)
    return EINVAL;
  *option = options->ca_pem ? "ca_pem" : "ca_file";
  error = rtk_trust_open(&settings.trust, options->ca_file, options->ca_pem,
                         options->ca_pem_length, problem);
  if (error)
    return error;
  settings.proxy = options->proxy ? strdup(options->proxy) : NULL;
  if (options->proxy && !settings.proxy) {
    rtk_trust_close(&settings.trust);
    return ENOMEM;
  }
  return rtk_engine_open(engine, options->max_connections, &settings);
}

int transport_new(lua_State *L)
{
  struct options options;
  struct transport *transport;
  const char *option = NULL;
  const char *problem = NULL;
  int error;
  lua_settop(L, 1);
  luaL_checktype(L, 1, LUA_TTABLE);
  read_options(L, &options);
  /* The collector only sees a small userdata; without this step hundreds of
     unclosed transports would pile up, with all their descriptors. */
  (void)rtk_gc_step(L, COST);
  transport = push_transport(L);
  error = open_engine(&transport->engine, &options, &option, &problem);
  if (error == 0) {
    transport->is_open = true;
    return 1;
  }
  lua_pushnil(L);
  if (problem) {
    lua_pushstring(L, problem);
    lua_pushstring(L, option);
    return 3;
  }
  lua_pushfstring(L, "could not make a transport: %s", strerror(error));
  return 2;
}
