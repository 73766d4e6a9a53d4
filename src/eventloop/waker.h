/* SPDX-License-Identifier: MIT */
/*
 * A thread that sends a byte to a socket when one of its descriptors becomes
 * readable, for hosts whose event loop can only wait for its own sockets.
 *
 * It waits for the watched descriptors, sends one byte, and waits again only
 * after rtk_waker_rearm: until then no second byte comes, and while nothing is
 * readable the thread sleeps. All functions belong to the host's thread.
 *
 *   gate ---- stop (an eventfd)
 *     \------ watched (an epoll, reported once, then not until it is rearmed)
 *                \---- the watched descriptors
 *
 * Without epoll (waker_poll.c) the thread polls copies of the descriptors.
 *
 * In a child of fork the thread does not exist; the waker can only be closed.
 *
 * Nothing here raises or calls Lua. The memory of the struct must not move
 * while the thread runs.
 */
#ifndef RTK_WAKER_H
#define RTK_WAKER_H

#include "base/fd_identity.h"
#include "system/poll_thread.h"
#include "system/portable.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct rtk_waker {
  bool is_open;
#if RTK_HAS_EPOLL
  int watched, gate, stop; /* -1 while closed */
  struct rtk_fd_identity watched_identity, gate_identity, stop_identity;
  pthread_t thread;
#else
  struct rtk_poll_list list; /* of what is watched */
  struct rtk_poll_thread poll_thread;
#endif
  int socket; /* where bytes are sent, or -1 */
  struct rtk_fd_identity socket_identity;
  bool is_running;
  unsigned generation; /* of the process that has the thread */
};

/* Makes a closed waker; acquires nothing. */
void rtk_waker_init(struct rtk_waker *waker);

/* False in a child of fork, where it can only be closed. */
bool rtk_waker_is_own(const struct rtk_waker *waker);

/* Opens it, without a thread. Returns 0 or an errno. */
int rtk_waker_open(struct rtk_waker *waker);

/*
 * Starts the thread and takes ownership of the socket, which is closed on
 * failure. Returns 0 or an errno.
 */
int rtk_waker_start(struct rtk_waker *waker, int socket);

/* Watches a descriptor under a number. Returns 0 or an errno. */
int rtk_waker_watch(struct rtk_waker *waker, int descriptor, uint32_t number);

/* Stops watching it. A closed descriptor is no longer watched anyway. */
void rtk_waker_unwatch(struct rtk_waker *waker, int descriptor);

/* Stores the numbers of readable descriptors and returns how many. */
int rtk_waker_ready(struct rtk_waker *waker, uint32_t *numbers, int size);

/* Allows the next byte, at once if something is still readable. */
void rtk_waker_rearm(struct rtk_waker *waker);

/* Sends a byte now, without the thread. */
void rtk_waker_wake(const struct rtk_waker *waker);

/* Ends the thread, then closes everything. Idempotent. */
void rtk_waker_close(struct rtk_waker *waker);

#endif
