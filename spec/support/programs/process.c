/* SPDX-License-Identifier: MIT */
/*
 * spec_process: what specs need of the operating system and Lua has not:
 * fork, signals, poll, free ports, chroot, CPU time, running out of memory and
 * the errors of OpenSSL.
 */
#include <dlfcn.h>
#include <errno.h>
#include <lauxlib.h>
#include <lua.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_PORTS 32
#define MOST_RESERVED 96
#define MOST_DESCRIPTORS 1024
#define PATIENCE 30000         /* milliseconds */
#define LONGEST_CHILD 120      /* seconds */
#define RESERVING 0x7f53504cUL /* 127.83.80.76 */

static int fail(lua_State *L, const char *what)
{
  return luaL_error(L, "%s: %s", what, strerror(errno));
}

/* fork([seconds]) -> 0 in the child, the child's pid in the parent. SIGALRM
   ends a child that is still there after that long, so that none hangs for
   good. */
static int process_fork(lua_State *L)
{
  lua_Integer seconds = luaL_optinteger(L, 1, LONGEST_CHILD);
  pid_t pid = fork();
  if (pid < 0)
    return fail(L, "fork");
  if (pid == 0) {
    (void)signal(SIGALRM, SIG_DFL);
    (void)alarm((unsigned)seconds);
  }
  lua_pushinteger(L, pid);
  return 1;
}

/* exit(status): leaves at once, without closing the Lua state */
static int process_exit(lua_State *L)
{
  _exit((int)luaL_checkinteger(L, 1));
}

/* wait(pid) -> exit status, or 128 + the signal that ended it */
static int process_wait(lua_State *L)
{
  int status = 0;
  pid_t pid = (pid_t)luaL_checkinteger(L, 1);
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR)
      return fail(L, "waitpid");
  if (WIFEXITED(status))
    lua_pushinteger(L, WEXITSTATUS(status));
  else
    lua_pushinteger(L, 128 + WTERMSIG(status));
  return 1;
}

/* kill(pid, signal) -> boolean */
static int process_kill(lua_State *L)
{
  pid_t pid = (pid_t)luaL_checkinteger(L, 1);
  lua_pushboolean(L, kill(pid, (int)luaL_checkinteger(L, 2)) == 0);
  return 1;
}

static void ignore_alarm(int number)
{
  (void)number;
}

/* alarm(seconds): each time that long has passed a SIGALRM that only
   interrupts; alarm(0) ends it. One alone could come before what it is for. */
static int process_alarm(lua_State *L)
{
  lua_Number seconds = luaL_checknumber(L, 1);
  struct itimerval timer;
  struct sigaction action;
  memset(&timer, 0, sizeof timer);
  memset(&action, 0, sizeof action);
  action.sa_handler = ignore_alarm;
  timer.it_value.tv_sec = (time_t)seconds;
  timer.it_value.tv_usec =
      (suseconds_t)((seconds - (lua_Number)timer.it_value.tv_sec) * 1e6);
  timer.it_interval = timer.it_value;
  if (sigaction(SIGALRM, &action, NULL) != 0 ||
      setitimer(ITIMER_REAL, &timer, NULL) != 0)
    return fail(L, "alarm");
  return 0;
}

/* readable(descriptor, seconds) -> boolean */
static int process_readable(lua_State *L)
{
  struct pollfd pollfd;
  int timeout = (int)(luaL_checknumber(L, 2) * 1000);
  pollfd.fd = (int)luaL_checkinteger(L, 1);
  pollfd.events = POLLIN;
  pollfd.revents = 0;
  lua_pushboolean(L, poll(&pollfd, 1, timeout) > 0);
  return 1;
}

static int is_connected_to(int fd, int port)
{
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  return getpeername(fd, (struct sockaddr *)&address, &size) == 0 &&
         address.sin_family == AF_INET && ntohs(address.sin_port) == port;
}

/* Waits for these events on each connection of this process to a port. */
static int await_connections(lua_State *L, short events)
{
  int port = (int)luaL_checkinteger(L, 1);
  int fd;
  for (fd = 0; fd < MOST_DESCRIPTORS; fd++) {
    struct pollfd pollfd;
    pollfd.fd = fd;
    pollfd.events = events;
    pollfd.revents = 0;
    if (is_connected_to(fd, port) && poll(&pollfd, 1, PATIENCE) <= 0)
      return luaL_error(L, "nothing comes from port %d", port);
  }
  return 0;
}

/* await_input(port): until all connections to that port can be read from */
static int process_await_input(lua_State *L)
{
  return await_connections(L, POLLIN);
}

/* await_end(port): until all connections to that port were ended there */
static int process_await_end(lua_State *L)
{
  return await_connections(L, POLLRDHUP);
}

/* A socket bound to a port of 127.0.0.0/8, 0 for a free one; or -1. */
static int bind_loopback(int type, unsigned long host, int port)
{
  struct sockaddr_in address;
  int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl((in_addr_t)host);
  address.sin_port = htons((in_port_t)port);
  if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  if (fd >= 0)
    close(fd);
  return -1;
}

static int port_of(int fd)
{
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
    return -1;
  return ntohs(address.sin_port);
}

/* What keeps the ports that were found last from other processes of specs
   until the servers listen there: the same ports of UDP, at an address of
   which nothing else has any. */
static int reserved[MOST_RESERVED];
static int reservations;

static int reserve(int port)
{
  int *place = &reserved[reservations % MOST_RESERVED];
  int fd = bind_loopback(SOCK_DGRAM, RESERVING, port);
  if (fd < 0)
    return 0;
  if (reservations >= MOST_RESERVED)
    close(*place);
  *place = fd;
  reservations++;
  return 1;
}

/* A socket bound to a free port that no other process has found; or -1. */
static int bind_free_port(void)
{
  int refused[MOST_PORTS];
  int count = 0;
  int fd = bind_loopback(SOCK_STREAM, INADDR_LOOPBACK, 0);
  while (fd >= 0 && count < MOST_PORTS && !reserve(port_of(fd))) {
    refused[count++] = fd;
    fd = bind_loopback(SOCK_STREAM, INADDR_LOOPBACK, 0);
  }
  while (count-- > 0)
    close(refused[count]);
  return fd;
}

/* free_ports(count) -> that many loopback TCP ports without a listener, which
   no other process of specs gets meanwhile */
static int process_free_ports(lua_State *L)
{
  int sockets[MOST_PORTS];
  int count = (int)luaL_checkinteger(L, 1);
  int i;
  luaL_argcheck(L, count > 0 && count <= MOST_PORTS, 1, "too many");
  lua_newtable(L);
  /* All are held until the last is found, or some would come twice. */
  for (i = 0; i < count; i++) {
    sockets[i] = bind_free_port();
    if (sockets[i] < 0)
      return fail(L, "free_ports");
    lua_pushinteger(L, port_of(sockets[i]));
    lua_rawseti(L, -2, i + 1);
  }
  while (i-- > 0)
    close(sockets[i]);
  return 1;
}

/* cpu() -> seconds of CPU this process has used, user and system */
static int process_cpu(lua_State *L)
{
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0)
    return fail(L, "getrusage");
  lua_pushnumber(
      L,
      (lua_Number)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
          (lua_Number)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
  return 1;
}

/* An allocator that gives memory a number of times, then no more. */
struct scarce {
  lua_Alloc allocate;
  void *user;
  lua_Integer left;
};

static void *allocate_scarcely(void *user, void *block, size_t old, size_t size)
{
  struct scarce *scarce = user;
  int grows = size > 0 && (!block || size > old);
  if (grows && scarce->left-- <= 0)
    return NULL;
  return scarce->allocate(scarce->user, block, old, size);
}

/* scarcely(count, f) -> what pcall(f) returns, with no more than count
   allocations by Lua */
static int process_scarcely(lua_State *L)
{
  struct scarce scarce;
  int status;
  scarce.left = luaL_checkinteger(L, 1);
  lua_settop(L, 2);
  scarce.allocate = lua_getallocf(L, &scarce.user);
  lua_setallocf(L, allocate_scarcely, &scarce);
  status = lua_pcall(L, 0, 1, 0);
  lua_setallocf(L, scarce.allocate, scarce.user);
  lua_pushboolean(L, status == 0);
  lua_insert(L, -2);
  return 2;
}

/* pid() -> this process */
static int process_pid(lua_State *L)
{
  lua_pushinteger(L, getpid());
  return 1;
}

/* chroot(path), by way of a user namespace where only root may */
static int process_chroot(lua_State *L)
{
  const char *path = luaL_checkstring(L, 1);
  int result = chroot(path);
  if (result != 0 && errno == EPERM && unshare(CLONE_NEWUSER) == 0)
    result = chroot(path);
  if (result != 0 || chdir("/") != 0)
    return fail(L, "chroot");
  return 0;
}

/* tls_error() -> the oldest code in OpenSSL's queue of errors, or 0 */
static int process_tls_error(lua_State *L)
{
  static const char *const names[] = {"libcrypto.so.3", "libcrypto.so.1.1"};
  unsigned long (*peek)(void) = NULL;
  void *library = NULL;
  size_t i;
  for (i = 0; i < sizeof names / sizeof *names && !library; i++)
    library = dlopen(names[i], RTLD_NOW | RTLD_NOLOAD);
  if (library)
    *(void **)&peek = dlsym(library, "ERR_peek_error");
  if (!peek)
    return luaL_error(L, "OpenSSL is not loaded");
  lua_pushnumber(L, (lua_Number)peek());
  return 1;
}

static const luaL_Reg functions[] = {
    {"fork", process_fork},
    {"exit", process_exit},
    {"wait", process_wait},
    {"kill", process_kill},
    {"alarm", process_alarm},
    {"readable", process_readable},
    {"await_input", process_await_input},
    {"await_end", process_await_end},
    {"free_ports", process_free_ports},
    {"chroot", process_chroot},
    {"cpu", process_cpu},
    {"pid", process_pid},
    {"scarcely", process_scarcely},
    {"tls_error", process_tls_error},
    {NULL, NULL},
};

__attribute__((visibility("default"))) int luaopen_spec_process(lua_State *L);

int luaopen_spec_process(lua_State *L)
{
  const luaL_Reg *function;
  lua_newtable(L);
  for (function = functions; function->name; function++) {
    lua_pushcfunction(L, function->func);
    lua_setfield(L, -2, function->name);
  }
  return 1;
}
