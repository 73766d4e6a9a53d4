/* SPDX-License-Identifier: MIT */
#include "eventloop/listener.h"
#include "base/process.h"
#include "system/portable.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOCKET_NAME "/socket"
#ifdef __linux__
#define OWN_DESCRIPTORS "/proc/self/fd"
#else
#define OWN_DESCRIPTORS "/dev/fd"
#endif
#define DECIMAL 10

void rtk_listener_init(struct rtk_listener *listener)
{
  memset(listener, 0, sizeof *listener);
  listener->socket = -1;
}

/* False and errno if it cannot be had. */
static bool bind_to(int descriptor, const struct sockaddr *address,
                    socklen_t size)
{
  return descriptor >= 0 && rtk_portable_unblock(descriptor) &&
         bind(descriptor, address, size) == 0;
}

/* Gives the listener its socket, or -1; last, for gcc's analyzer loses sight of
   a descriptor in a struct. */
static void keep(struct rtk_listener *listener, int descriptor)
{
  listener->generation = rtk_process_generation();
  rtk_fd_identity_take(&listener->identity, descriptor);
  listener->socket = descriptor;
}

static int open_in(struct rtk_listener *listener)
{
  struct sockaddr_un *local = &listener->local;
  int descriptor = rtk_portable_socket(AF_UNIX, SOCK_STREAM, 0);
  int error = 0;
  local->sun_family = AF_UNIX;
  if (!bind_to(descriptor, (const struct sockaddr *)local, sizeof *local) ||
      chmod(local->sun_path, S_IRUSR | S_IWUSR) != 0 ||
      listen(descriptor, 1) != 0)
    error = errno;
  keep(listener, descriptor);
  return error;
}

int rtk_listener_open_local(struct rtk_listener *listener,
                            const char *directory)
{
  char *path = listener->local.sun_path;
  size_t size = sizeof listener->local.sun_path - strlen(SOCKET_NAME);
  int length = snprintf(path, size, "%s/rtk-XXXXXX", directory);
  int error;
  if (length < 0 || (size_t)length >= size) {
    rtk_listener_init(listener);
    return ENAMETOOLONG;
  }
  if (!mkdtemp(path)) {
    error = errno;
    rtk_listener_init(listener);
    return error;
  }
  memcpy(path + length, SOCKET_NAME, sizeof SOCKET_NAME);
  error = open_in(listener);
  if (error)
    rtk_listener_close(listener);
  return error;
}

int rtk_listener_open_loopback(struct rtk_listener *listener)
{
  struct sockaddr_in *address = &listener->loopback;
  socklen_t size = sizeof *address;
  int descriptor = rtk_portable_socket(AF_INET, SOCK_STREAM, 0);
  int error = 0;
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!bind_to(descriptor, (const struct sockaddr *)address, size) ||
      listen(descriptor, 1) != 0 ||
      getsockname(descriptor, (struct sockaddr *)address, &size) != 0)
    error = errno;
  keep(listener, descriptor);
  if (error)
    rtk_listener_close(listener);
  return error;
}

static bool is_same(const struct sockaddr_in *one,
                    const struct sockaddr_in *other)
{
  return one->sin_family == other->sin_family &&
         one->sin_port == other->sin_port &&
         one->sin_addr.s_addr == other->sin_addr.s_addr;
}

/* True if the descriptor is a socket that connects these two. */
static bool connects(int descriptor, const struct sockaddr_in *from,
                     const struct sockaddr_in *to)
{
  struct sockaddr_in own;
  struct sockaddr_in peer;
  socklen_t own_size = sizeof own;
  socklen_t peer_size = sizeof peer;
  memset(&own, 0, sizeof own);
  memset(&peer, 0, sizeof peer);
  return getsockname(descriptor, (struct sockaddr *)&own, &own_size) == 0 &&
         getpeername(descriptor, (struct sockaddr *)&peer, &peer_size) == 0 &&
         is_same(&own, from) && is_same(&peer, to);
}

/* True if one of this process's own sockets connects these two. */
static bool is_connected_here(const struct sockaddr_in *from,
                              const struct sockaddr_in *to)
{
  DIR *directory = opendir(OWN_DESCRIPTORS);
  const struct dirent *entry;
  bool found = false;
  if (!directory)
    return false;
  while (!found && (entry = readdir(directory)) != NULL)
    found = connects((int)strtol(entry->d_name, NULL, DECIMAL), from, to);
  (void)closedir(directory);
  return found;
}

static bool is_own(const struct rtk_listener *listener, int connection)
{
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  if (listener->loopback.sin_port == 0)
    return rtk_portable_is_own_process(connection);
  memset(&peer, 0, sizeof peer);
  return getpeername(connection, (struct sockaddr *)&peer, &size) == 0 &&
         is_connected_here(&peer, &listener->loopback);
}

int rtk_listener_accept(const struct rtk_listener *listener)
{
  int connection;
  while ((connection = rtk_portable_accept(listener->socket)) >= 0) {
    if (is_own(listener, connection))
      return connection;
    (void)close(connection);
  }
  return -1;
}

void rtk_listener_close(struct rtk_listener *listener)
{
  char *path = listener->local.sun_path;
  rtk_fd_identity_close(&listener->identity, listener->socket);
  if (path[0] != '\0' && listener->generation == rtk_process_generation()) {
    (void)unlink(path);
    *strrchr(path, '/') = '\0';
    (void)rmdir(path);
  }
  rtk_listener_init(listener);
}
