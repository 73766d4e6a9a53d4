/* SPDX-License-Identifier: MIT */
/*
 * A C program with an epoll loop of its own, which never blocks: while a
 * script's calls are in flight, all at once, it goes on with its other work.
 * Here that is a clock that ticks.
 *
 *   make host
 *   build/lua5.4/embed/loop examples/embed/lessons.lua
 *
 * The script returns its client. It needs the environment that rtk.new reads;
 * rtk-emulator -- COMMAND sets it.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <math.h>
#include <rtk.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* What the loop waits for. */
struct loop {
  const char *script;
  int epoll;
  int clock;
  long ticks;
};

static void watch(lua_State *L, const struct loop *loop, int descriptor)
{
  struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
  if (descriptor < 0 ||
      epoll_ctl(loop->epoll, EPOLL_CTL_ADD, descriptor, &event) != 0)
    luaL_error(L, "cannot watch descriptor %d", descriptor);
}

/* Milliseconds as epoll_wait takes them. */
static int milliseconds(double seconds)
{
  if (seconds < 0)
    return -1;
  return seconds > 3600 ? 3600000 : (int)ceil(seconds * 1000);
}

/* The other work of the program. */
static void tick(struct loop *loop)
{
  unsigned char count[8];
  if (read(loop->clock, count, sizeof count) == (ssize_t)sizeof count)
    loop->ticks++;
}

/* Waits once, and does what there is to do. */
static void turn(struct loop *loop, double timeout)
{
  struct epoll_event events[8];
  int count = epoll_wait(loop->epoll, events, 8, milliseconds(timeout));
  int i;
  for (i = 0; i < count; i++)
    if (events[i].data.fd == loop->clock)
      tick(loop);
}

/* All code that may raise, so that main can catch it: (loop) -> nothing */
static int run(lua_State *L)
{
  struct loop *loop = lua_touserdata(L, 1);
  double timeout;
  luaL_openlibs(L);
  lua_pushcfunction(L, luaopen_rtk);
  lua_call(L, 0, 0);
  if (luaL_loadfile(L, loop->script) != 0)
    return lua_error(L);
  lua_call(L, 0, 1); /* its client */
  watch(L, loop, loop->clock);
  watch(L, loop, rtk_fd(L, -1));
  /* Until no call is in flight and no task sleeps. */
  while ((timeout = rtk_timeout(L, -1)) >= 0 || rtk_step(L, -1) > 0) {
    turn(loop, timeout);
    (void)rtk_step(L, -1);
  }
  printf("%ld ticks\n", loop->ticks);
  return 0;
}

int main(int argc, char **argv)
{
  const struct itimerspec every = {{0, 5000000}, {0, 5000000}};
  struct loop loop = {.script = argv[1]};
  lua_State *L;
  int failed;
  if (argc != 2) {
    fprintf(stderr, "usage: %s SCRIPT\n", argv[0]);
    return EXIT_FAILURE;
  }
  loop.epoll = epoll_create1(EPOLL_CLOEXEC);
  loop.clock = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  (void)timerfd_settime(loop.clock, 0, &every, NULL);
  L = luaL_newstate();
  if (!L) {
    fprintf(stderr, "%s: out of memory\n", argv[0]);
    return EXIT_FAILURE;
  }
  lua_pushcfunction(L, run);
  lua_pushlightuserdata(L, &loop);
  failed = lua_pcall(L, 1, 0, 0);
  if (failed)
    fprintf(stderr, "%s: %s\n", argv[0], lua_tostring(L, -1));
  close(loop.epoll); /* before the client closes its descriptor */
  lua_close(L);
  close(loop.clock);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
