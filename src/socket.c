/* SPDX-License-Identifier: MIT */
#include "socket.h"

#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

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

bool rtk_socket_is_closed(int socket, bool is_idle)
{
  struct pollfd pollfd;
  pollfd.fd = socket;
  /* Input on an idle socket is a farewell, too: an alert or a late 408. */
  pollfd.events = (short)(is_idle ? POLLRDHUP | POLLIN : POLLRDHUP);
  pollfd.revents = 0;
  return poll(&pollfd, 1, 0) > 0;
}
