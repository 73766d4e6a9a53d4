/* SPDX-License-Identifier: MIT */
/*
 * A listener that accepts one connection, only from this process: a socket pair
 * for event loops that can only connect to addresses.
 *
 * It is a Unix socket in a private directory or, where no directory is
 * writable, a TCP port on loopback.
 *
 * Nothing here raises or calls Lua.
 */
#ifndef RTK_LISTENER_H
#define RTK_LISTENER_H

#include "base/fd_identity.h"

#include <netinet/in.h>
#include <sys/un.h>

struct rtk_listener {
  int socket; /* -1 while closed */
  struct rtk_fd_identity identity;
  struct sockaddr_un local;
  struct sockaddr_in loopback; /* its port is 0 for a Unix socket */
  unsigned generation;         /* of the process that opened it */
};

/* Makes a closed listener; acquires nothing. */
void rtk_listener_init(struct rtk_listener *listener);

/*
 * Listens at local.sun_path, in a new directory inside the given one that
 * nobody else can enter. Returns 0 or an errno.
 */
int rtk_listener_open_local(struct rtk_listener *listener,
                            const char *directory);

/* Listens on a free port of 127.0.0.1. Returns 0 or an errno. */
int rtk_listener_open_loopback(struct rtk_listener *listener);

/*
 * Accepts the connection that this process has made, without waiting, and drops
 * connections of others. Returns a non-blocking descriptor that the caller
 * closes, or -1 and errno.
 */
int rtk_listener_accept(const struct rtk_listener *listener);

/*
 * Closes the socket and removes its directory, which a child of fork leaves to
 * its parent. Idempotent.
 */
void rtk_listener_close(struct rtk_listener *listener);

#endif
