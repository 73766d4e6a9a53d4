/* SPDX-License-Identifier: MIT */
/*
 * Threads that open states with wakers in them and close those states; then
 * forks of a process with a waker.
 *
 *   wakers THREADS ROUNDS DIRECTORY
 *
 * A state's waker wakes its thread a few times and is then closed, or left to
 * the state to close. Prints how many threads and children failed, and how
 * many descriptors are left.
 */
#include "state.h"

#include <arpa/inet.h>
#include <lauxlib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_THREADS 64

struct worker {
  pthread_t thread;
  long done;
};

static long rounds;
static const char *directory;

static const char job[] =
    "waker = assert(require('rtk.core').waker())\n"
    "where = assert(waker:listen(... % 2 == 0 and directory or nil))\n"
    "connection = connect(where)\n"
    "assert(waker:start())\n"
    "event = readable()\n"
    "assert(waker:watch(event, ...))\n"
    "for _ = 1, 20 do\n"
    "  receive(connection)\n"
    "  local number = waker:ready()[1]\n"
    "  assert(number == ..., number)\n"
    "  waker:rearm()\n"
    "end\n"
    "waker:wake()\n"
    "receive(connection)\n"
    "if ... % 3 == 0 then waker:close() end\n"
    "return 1\n";

static const char leave[] = "close(connection)\n"
                            "close(event)\n"
                            "return 1\n";

/* connect(path or port) -> descriptor */
static int script_connect(lua_State *L)
{
  struct sockaddr_un local;
  struct sockaddr_in loopback;
  int is_port = lua_type(L, 1) == LUA_TNUMBER;
  int connection =
      socket(is_port ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int failed;
  memset(&local, 0, sizeof local);
  memset(&loopback, 0, sizeof loopback);
  local.sun_family = AF_UNIX;
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (is_port) {
    loopback.sin_port = htons((uint16_t)lua_tointeger(L, 1));
    failed = connect(connection, (struct sockaddr *)&loopback, sizeof loopback);
  } else {
    (void)snprintf(local.sun_path, sizeof local.sun_path, "%s",
                   luaL_checkstring(L, 1));
    failed = connect(connection, (struct sockaddr *)&local, sizeof local);
  }
  if (failed)
    return luaL_error(L, "cannot connect");
  lua_pushinteger(L, connection);
  return 1;
}

/* readable() -> a descriptor that is */
static int script_readable(lua_State *L)
{
  lua_pushinteger(L, eventfd(1, EFD_CLOEXEC));
  return 1;
}

/* receive(descriptor): waits for a byte */
static int script_receive(lua_State *L)
{
  char byte;
  if (recv((int)luaL_checkinteger(L, 1), &byte, 1, 0) != 1)
    return luaL_error(L, "no byte came");
  return 0;
}

/* close(descriptor) */
static int script_close(lua_State *L)
{
  (void)close((int)luaL_checkinteger(L, 1));
  return 0;
}

static lua_State *open_state(void)
{
  lua_State *L = state_new(NULL, NULL);
  if (!L)
    return NULL;
  lua_register(L, "connect", script_connect);
  lua_register(L, "readable", script_readable);
  lua_register(L, "receive", script_receive);
  lua_register(L, "close", script_close);
  lua_pushstring(L, directory);
  lua_setglobal(L, "directory");
  return L;
}

static void *serve(void *user)
{
  struct worker *worker = user;
  long round;
  for (round = 1; round <= rounds; round++) {
    lua_State *L = open_state();
    if (L && state_run(L, job, round) == 1 && state_run(L, leave, 0) == 1)
      worker->done++;
    if (L)
      lua_close(L);
  }
  return NULL;
}

/* A child that closes a state with its parent's waker in it: 1 if it cannot. */
static int child_fails(lua_State *L)
{
  int status = 1;
  pid_t pid = fork();
  if (pid == 0) {
    lua_close(L);
    _exit(0);
  }
  return pid < 0 || waitpid(pid, &status, 0) != pid || status != 0;
}

/* How many children could not. Afterwards the waker is as it was. */
static long fork_often(void)
{
  lua_State *L = open_state();
  long failed = 0;
  long round;
  if (!L || state_run(L, job, 1) != 1)
    return -1;
  for (round = 1; round <= rounds; round++)
    failed += child_fails(L);
  if (state_run(L, "waker:wake() receive(connection) return 1", 0) != 1 ||
      state_run(L, leave, 0) != 1)
    failed = -1;
  lua_close(L);
  return failed;
}

int main(int argc, char **argv)
{
  static struct worker workers[MOST_THREADS];
  int count = argc == 4 ? atoi(argv[1]) : 0;
  int descriptors = state_descriptors();
  int failed = 0;
  long children;
  int i;
  if (count < 1 || count > MOST_THREADS)
    return 2;
  rounds = atol(argv[2]);
  directory = argv[3];
  for (i = 0; i < count; i++)
    if (pthread_create(&workers[i].thread, NULL, serve, &workers[i]) != 0)
      return 2;
  for (i = 0; i < count; i++) {
    pthread_join(workers[i].thread, NULL);
    failed += workers[i].done != rounds;
  }
  /* Not before: memory of the sanitizers is locked if a thread allocates. */
  children = fork_often();
  printf("%d threads and %ld children failed, %d descriptors left\n", failed,
         children, state_descriptors() - descriptors);
  return 0;
}
