/* SPDX-License-Identifier: MIT */
/*
 * Stands before the C library (LD_PRELOAD) for one moment that cannot be
 * arranged: a connection that is reset after it was made and before libcurl
 * asks for its peer.
 */
#include <errno.h>
#include <sys/socket.h>

int getpeername(int fd, __SOCKADDR_ARG address, socklen_t *length)
{
  (void)fd;
  (void)address;
  (void)length;
  errno = ENOTCONN;
  return -1;
}
