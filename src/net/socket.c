/* SPDX-License-Identifier: MIT */
#include "net/socket.h"
#include "system/portable.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What libcurl and the C library open to look up one name, at most. */
#define RESOLVER_SOCKETS 6

/* What libcurl reads at a time. */
#define PEEK_BYTES 16384

int rtk_socket_shortage(void)
{
  int opened[RESOLVER_SOCKETS];
  int count = 0;
  int error = 0;
  while (count < RESOLVER_SOCKETS && !error) {
    opened[count] = rtk_portable_socket(AF_UNIX, SOCK_STREAM, 0);
    if (opened[count] >= 0)
      count++;
    else
      error = errno;
  }
  while (count > 0)
    (void)close(opened[--count]);
  return error;
}

int rtk_socket_local_port(int socket)
{
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  if (getsockname(socket, (struct sockaddr *)&address, &size) != 0)
    return 0;
  if (address.ss_family == AF_INET6)
    return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
  return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

bool rtk_socket_has_input(int socket)
{
  struct pollfd pollfd = {socket, POLLIN, 0};
  return poll(&pollfd, 1, 0) > 0;
}

bool rtk_socket_is_closed(int socket, bool is_idle)
{
  /* Input on an idle socket (an alert, a late 408) means it is closing, too. */
  return is_idle ? rtk_socket_has_input(socket) : rtk_portable_is_shut(socket);
}

bool rtk_socket_has_last_chunk(int socket)
{
  static const char last[] = "\r\n0\r\n\r\n";
  const size_t size = sizeof last - 1;
  char bytes[PEEK_BYTES];
  int waiting = 0;
  ssize_t got;
  /* Where there is nothing to peek at, recv would take a reset off the socket,
     so that libcurl would see an orderly end. */
  if (ioctl(socket, FIONREAD, &waiting) != 0 || waiting == 0)
    return false;
  got = recv(socket, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
  /* It may have come alone. */
  if (got == (ssize_t)size - 2)
    return memcmp(bytes, last + 2, size - 2) == 0;
  return got >= (ssize_t)size &&
         memcmp(bytes + got - (ssize_t)size, last, size) == 0;
}
