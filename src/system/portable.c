/* SPDX-License-Identifier: MIT */
#include "system/portable.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifdef MSG_NOSIGNAL
#define SEND_FLAGS (MSG_NOSIGNAL | MSG_DONTWAIT)
#else
#define SEND_FLAGS MSG_DONTWAIT
#endif

#define STACK_BYTES ((size_t)64 * 1024)

bool rtk_portable_unblock(int descriptor)
{
  int flags = fcntl(descriptor, F_GETFL);
  return flags >= 0 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

void rtk_portable_prevent_sigpipe(int socket)
{
#ifdef SO_NOSIGPIPE
  int on = 1;
  (void)setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#else
  (void)socket;
#endif
}

#if RTK_HAS_EPOLL

int rtk_portable_socket(int domain, int type, int protocol)
{
  return socket(domain, type | SOCK_CLOEXEC, protocol);
}

int rtk_portable_pipe(int ends[2])
{
  return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 ? 0 : errno;
}

int rtk_portable_accept(int socket)
{
  return accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int rtk_portable_poll(struct pollfd *pollfds, nfds_t count, int64_t duration)
{
  struct timespec limit = rtk_clock_timespec(duration);
  return ppoll(pollfds, count, &limit, NULL);
}

const char *rtk_portable_getenv(const char *name)
{
  return secure_getenv(name);
}

bool rtk_portable_is_shut(int socket)
{
  struct pollfd pollfd = {socket, POLLRDHUP, 0};
  return poll(&pollfd, 1, 0) > 0;
}

#else

/* Another thread may run a program before. */
static void close_on_exec(int descriptor)
{
  (void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

int rtk_portable_socket(int domain, int type, int protocol)
{
  int opened = socket(domain, type, protocol);
  if (opened >= 0) {
    close_on_exec(opened);
    rtk_portable_prevent_sigpipe(opened);
  }
  return opened;
}

int rtk_portable_pipe(int ends[2])
{
  if (pipe(ends) != 0)
    return errno;
  close_on_exec(ends[0]);
  close_on_exec(ends[1]);
  (void)rtk_portable_unblock(ends[0]);
  (void)rtk_portable_unblock(ends[1]);
  return 0;
}

int rtk_portable_accept(int socket)
{
  int connection = accept(socket, NULL, NULL);
  if (connection >= 0) {
    close_on_exec(connection);
    (void)rtk_portable_unblock(connection);
  }
  return connection;
}

int rtk_portable_poll(struct pollfd *pollfds, nfds_t count, int64_t duration)
{
  int64_t rounded =
      (duration + RTK_CLOCK_MILLISECOND - 1) / RTK_CLOCK_MILLISECOND;
  return poll(pollfds, count, rounded < INT_MAX ? (int)rounded : INT_MAX);
}

const char *rtk_portable_getenv(const char *name)
{
  bool is_privileged = getuid() != geteuid() || getgid() != getegid();
  return is_privileged ? NULL : getenv(name);
}

bool rtk_portable_is_shut(int socket)
{
  char byte;
  struct pollfd pollfd = {socket, POLLIN, 0};
  if (poll(&pollfd, 1, 0) <= 0)
    return false;
  if (pollfd.revents & (POLLHUP | POLLERR))
    return true;
  return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

#endif

bool rtk_portable_send_byte(int socket)
{
  ssize_t sent = send(socket, "", 1, SEND_FLAGS);
  /* If it does not fit, a byte is already on its way. */
  return sent == 1 || errno == EAGAIN || errno == EWOULDBLOCK;
}

int rtk_portable_milliseconds(int64_t moment)
{
  int64_t left;
  if (moment == RTK_CLOCK_NEVER)
    return -1;
  if (moment <= 0)
    return 0;
  left = moment - rtk_clock_now();
  if (left <= 0)
    return 0;
  left = (left + RTK_CLOCK_MILLISECOND - 1) / RTK_CLOCK_MILLISECOND;
  return left < INT_MAX ? (int)left : INT_MAX;
}

void rtk_portable_random(void *bytes, size_t size)
{
  int64_t now;
  if (getentropy(bytes, size) == 0)
    return;
  now = rtk_clock_now();
  memset(bytes, 0, size);
  memcpy(bytes, &now, size < sizeof now ? size : sizeof now);
}

struct timespec rtk_portable_modified(const struct stat *status)
{
#ifdef __APPLE__
  return status->st_mtimespec;
#else
  return status->st_mtim;
#endif
}

bool rtk_portable_is_own_process(int socket)
{
#if defined(__linux__)
  struct ucred peer;
  socklen_t size = sizeof peer;
  memset(&peer, 0, sizeof peer);
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
         peer.pid == getpid();
#elif defined(SOL_LOCAL) && defined(LOCAL_PEERPID)
  pid_t peer = 0;
  socklen_t size = sizeof peer;
  return getsockopt(socket, SOL_LOCAL, LOCAL_PEERPID, &peer, &size) == 0 &&
         peer == getpid();
#else
  (void)socket;
  return true;
#endif
}

int rtk_portable_start_thread(pthread_t *thread, void *(*run)(void *),
                              void *user)
{
  pthread_attr_t attributes;
  sigset_t all, previous;
  int error = pthread_attr_init(&attributes);
  if (error)
    return error;
  (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
  (void)sigfillset(&all);
  /* It inherits the mask, so that every signal stays with the host. */
  (void)pthread_sigmask(SIG_SETMASK, &all, &previous);
  error = pthread_create(thread, &attributes, run, user);
  (void)pthread_sigmask(SIG_SETMASK, &previous, NULL);
  (void)pthread_attr_destroy(&attributes);
  return error;
}
