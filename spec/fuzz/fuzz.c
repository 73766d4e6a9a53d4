/* SPDX-License-Identifier: MIT */
/*
 * Lets libFuzzer drive a Lua function.
 *
 * FUZZ_TARGET names a Lua file; called with the functions `answer` and
 * `unreserved`, it returns a function that gets each input as a string. What
 * that function raises is a finding: it is printed and the process aborts,
 * which is how libFuzzer learns of it. The C part is linked in, instrumented;
 * lines of lua/rtk that run are reported to libFuzzer as coverage, too.
 *
 * answer(bytes) -> port: the next connection to that port on loopback sends
 * one request, gets these bytes, and the connection ends.
 *
 * unreserved() -> reservation: rtk_json_unreserved of the text decoded last.
 */
#include "../../src/json/json.h"
#include "../../src/rtk.h"

#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sanitizer/lsan_interface.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define COUNTERS (1U << 14)
#define REQUEST_SIZE 65536

/* The section where libFuzzer looks for counters besides the compiler's. */
static uint8_t counters[COUNTERS]
    __attribute__((section("__libfuzzer_extra_counters"), used));

static lua_State *state;

static struct {
  pthread_mutex_t lock;
  char *bytes;
  size_t size;
  int listener;
  int port; /* 0 until it listens */
} peer = {PTHREAD_MUTEX_INITIALIZER, NULL, 0, -1, 0};

static void die(const char *what)
{
  perror(what);
  _exit(2);
}

/* "@lua/..." is the library, "@spec/..." is not. A call of strncmp would be
   traced by libFuzzer each time. */
static void count_line(lua_State *L, lua_Debug *where)
{
  lua_getinfo(L, "S", where);
  if (where->source[0] == '@' && where->source[1] == 'l') {
    uintptr_t file = (uintptr_t)where->source >> 4;
    uint8_t *counter =
        &counters[(file * 1021 + (uintptr_t)where->currentline) % COUNTERS];
    if (*counter < UINT8_MAX)
      ++*counter;
  }
}

/* Reads up to the end of the headers; a body may follow, and is left. */
static void read_request(int fd)
{
  static char request[REQUEST_SIZE + 1];
  size_t got = 0;
  ssize_t size = 1;
  while (size > 0 && got < REQUEST_SIZE) {
    size = recv(fd, request + got, REQUEST_SIZE - got, 0);
    got += size > 0 ? (size_t)size : 0;
    request[got] = '\0';
    if (strstr(request, "\r\n\r\n"))
      return;
  }
}

static void send_answer(int fd)
{
  size_t sent = 0;
  pthread_mutex_lock(&peer.lock);
  while (sent < peer.size) {
    ssize_t size = send(fd, peer.bytes + sent, peer.size - sent, MSG_NOSIGNAL);
    if (size <= 0)
      break;
    sent += (size_t)size;
  }
  pthread_mutex_unlock(&peer.lock);
}

static void *serve(void *unused)
{
  struct linger at_once = {1, 0};
  char rest[4096];
  (void)unused;
  for (;;) {
    int fd = accept(peer.listener, NULL, NULL);
    if (fd < 0)
      die("accept");
    read_request(fd);
    send_answer(fd);
    shutdown(fd, SHUT_WR);
    while (recv(fd, rest, sizeof rest, 0) > 0)
      continue;
    /* Leaves no TIME_WAIT behind, of which there would be thousands. */
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
  }
  return NULL;
}

static void start_peer(void)
{
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  pthread_t thread;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  peer.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (peer.listener < 0 ||
      bind(peer.listener, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(peer.listener, 16) != 0 ||
      getsockname(peer.listener, (struct sockaddr *)&address, &size) != 0)
    die("listen");
  peer.port = ntohs(address.sin_port);
  if (pthread_create(&thread, NULL, serve, NULL) != 0)
    die("pthread_create");
  pthread_detach(thread);
}

static int answer(lua_State *L)
{
  size_t size;
  const char *bytes = luaL_checklstring(L, 1, &size);
  if (!peer.port)
    start_peer();
  pthread_mutex_lock(&peer.lock);
  free(peer.bytes);
  peer.bytes = malloc(size + 1);
  if (!peer.bytes)
    die("malloc");
  memcpy(peer.bytes, bytes, size);
  peer.size = size;
  pthread_mutex_unlock(&peer.lock);
  lua_pushinteger(L, peer.port);
  return 1;
}

static int unreserved(lua_State *L)
{
  rtk_json_push_codec(L);
  lua_pushinteger(L, (lua_Integer)rtk_json_unreserved(L, lua_gettop(L)));
  return 1;
}

static int with_traceback(lua_State *L)
{
  luaL_traceback(L, L, lua_tostring(L, 1), 1);
  return 1;
}

static void call(lua_State *L, int arguments, int results)
{
  int handler = lua_gettop(L) - arguments;
  lua_pushcfunction(L, with_traceback);
  lua_insert(L, handler);
  if (lua_pcall(L, arguments, results, handler) != LUA_OK) {
    fprintf(stderr, "FINDING: %s\n", lua_tostring(L, -1));
    abort();
  }
  lua_remove(L, handler);
}

/* What is still allocated after this has leaked. */
static void close_state(void)
{
  lua_close(state);
  if (__lsan_do_recoverable_leak_check())
    _exit(1);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  const char *target = getenv("FUZZ_TARGET");
  lua_State *L = luaL_newstate();
  (void)argc;
  (void)argv;
  if (!target || !L)
    _exit(2);
  luaL_openlibs(L);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_rtk_core);
  lua_setfield(L, -2, "rtk.core");
  lua_settop(L, 0);
  if (luaL_loadfile(L, target) != LUA_OK) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    _exit(2);
  }
  lua_pushcfunction(L, answer);
  lua_pushcfunction(L, unreserved);
  call(L, 2, 1);
  lua_sethook(L, count_line, LUA_MASKLINE, 0);
  state = L;
  atexit(close_state);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  lua_pushvalue(state, 1);
  lua_pushlstring(state, (const char *)data, size);
  call(state, 1, 0);
  return 0;
}
