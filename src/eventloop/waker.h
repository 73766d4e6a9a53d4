/* SPDX-License-Identifier: MIT */
/*
 * A thread that turns "one of these descriptors is readable" into a byte on a
 * socket, for hosts whose event loop can wait for sockets of its own only.
 *
 * The thread does nothing else: it waits for the watched descriptors, sends
 * one byte, and waits again only after rtk_relay_rearm. Until then no second
 * byte comes, and while nothing is readable there is no wake-up at all. All
 * functions belong to the host's thread.
 *
 *   gate ---- stop (an eventfd)
 *     \------ watched (an epoll, reported once, then not until it is rearmed)
 *                \---- the watched descriptors
 *
 * In a child of fork there is no such thread; the relay can only be closed.
 *
 * Nothing here raises or calls Lua. The memory of the struct must not move
 * while the thread runs.
 */
#ifndef RTK_RELAY_H
#define RTK_RELAY_H

#include "base/fd_identity.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct rtk_relay {
  int watched, gate, stop; /* -1 while closed */
  struct rtk_identity watched_identity, gate_identity, stop_identity;
  int wire; /* where bytes are sent, or -1 */
  struct rtk_identity wire_identity;
  bool is_running;
  pthread_t thread;
  unsigned generation; /* of the process that has the thread */
};

/* Makes a closed relay; acquires nothing. */
void rtk_relay_init(struct rtk_relay *relay);

/* False in a child of fork, where it can only be closed. */
bool rtk_relay_is_own(const struct rtk_relay *relay);

/* Opens it, without a thread. Returns 0 or an errno. */
int rtk_relay_open(struct rtk_relay *relay);

/*
 * Starts the thread. The socket is the relay's from then on; on failure it is
 * closed. Returns 0 or an errno.
 */
int rtk_relay_start(struct rtk_relay *relay, int wire);

/* Watches a descriptor under a number. Returns 0 or an errno. */
int rtk_relay_watch(const struct rtk_relay *relay, int descriptor,
                    uint32_t number);

/* Watches it no more. One that was closed is not watched already. */
void rtk_relay_unwatch(const struct rtk_relay *relay, int descriptor);

/* Stores the numbers of readable descriptors and returns how many. */
int rtk_relay_ready(const struct rtk_relay *relay, uint32_t *numbers, int size);

/* Lets the next byte come, at once if something is readable still. */
void rtk_relay_rearm(const struct rtk_relay *relay);

/* Sends a byte in the thread's stead. */
void rtk_relay_ring(const struct rtk_relay *relay);

/* Ends the thread, then closes everything. Idempotent. */
void rtk_relay_close(struct rtk_relay *relay);

#endif
