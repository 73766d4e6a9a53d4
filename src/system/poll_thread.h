/* SPDX-License-Identifier: MIT */
/*
 * A thread that writes a byte to a descriptor, a pipe or a socket, when one of
 * others is ready or a moment has come: once, until it is armed again.
 *
 * It waits for copies of what it was armed with, so that the owner may change
 * its own list at any time; a descriptor that is closed meanwhile causes a byte
 * for nothing at worst. While it is not armed it sleeps.
 *
 * In a child of fork the thread does not exist; it can only be closed.
 *
 * Nothing here raises or calls Lua. The memory of the struct must not move
 * while the thread runs.
 */
#ifndef RTK_POLL_THREAD_H
#define RTK_POLL_THREAD_H

#include "base/fd_identity.h"
#include "system/poll_list.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct rtk_poll_thread {
  bool is_running;
  unsigned generation; /* of the process that has it */
  pthread_t thread;
  int output; /* where bytes go; of the owner */
  bool is_socket;
  int control[2]; /* a pipe that wakes the thread */
  struct rtk_fd_identity control_identity[2];
  pthread_mutex_t mutex; /* for all that follows */
  bool is_stopping;
  bool has_next;       /* next is new */
  bool is_armed;       /* it waits, or will wait */
  struct pollfd *next; /* what to wait for, behind a place for control[0] */
  size_t next_count;   /* with that place */
  size_t next_size;
  int64_t moment;
};

/* Makes one that does not run; acquires nothing. */
void rtk_poll_thread_init(struct rtk_poll_thread *thread);

/* Starts it. Returns 0 or an errno. */
int rtk_poll_thread_start(struct rtk_poll_thread *thread, int output,
                          bool is_socket);

/*
 * Makes it wait for these and a moment instead of what it waited for. Unless
 * they have changed, a later moment than before has no effect until that has
 * come.
 */
void rtk_poll_thread_arm(struct rtk_poll_thread *thread,
                         const struct rtk_poll_list *list, bool has_changed,
                         int64_t moment);

/* Makes it wait for these instead, if it is armed. */
void rtk_poll_thread_update(struct rtk_poll_thread *thread,
                            const struct rtk_poll_list *list);

/* Makes it wait for nothing. */
void rtk_poll_thread_disarm(struct rtk_poll_thread *thread);

/* Writes the byte now, without the thread. False if nobody can read it. */
bool rtk_poll_thread_ring(const struct rtk_poll_thread *thread);

/* Ends it. Idempotent. */
void rtk_poll_thread_close(struct rtk_poll_thread *thread);

#endif
