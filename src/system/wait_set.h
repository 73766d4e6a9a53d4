/* SPDX-License-Identifier: MIT */
/*
 * A set of descriptors to wait for, and a descriptor that tells when one of
 * them is ready or a moment has come, for event loops.
 *
 * wait_set_epoll.c makes it of Linux's epoll and timerfd. wait_set_poll.c needs
 * POSIX alone: there the descriptor is a pipe, which a thread writes to.
 *
 * The descriptor is readable while something is ready or the moment has come.
 * With poll it is so once: rtk_wait_set_wait empties the pipe, and then
 * rtk_wait_set_arm has to be called, as after every change of the set.
 *
 * Nothing here raises or calls Lua. All functions belong to one thread.
 */
#ifndef RTK_WAIT_SET_H
#define RTK_WAIT_SET_H

#include <stdbool.h>
#include <stdint.h>

/* What to wait for, and what came: bits. */
#define RTK_WAIT_READ 1U
#define RTK_WAIT_WRITE 2U
#define RTK_WAIT_ERROR 4U /* comes without being asked for */

/* The most events of one rtk_wait_set_wait. */
#define RTK_WAIT_BATCH 64

struct rtk_wait_set;

struct rtk_wait_event {
  uint32_t number; /* of the descriptor */
  unsigned events;
};

/* An empty set, or NULL and errno. */
struct rtk_wait_set *rtk_wait_set_open(void);

/* Closes what it opened itself, and in a child of fork only what the child has
   not closed or replaced. It may be NULL. */
void rtk_wait_set_close(struct rtk_wait_set *set);

/*
 * Makes the set wait for events at a descriptor, which has waited for the
 * others; 0 means that it is not in the set. The descriptor is reported under
 * that number. Returns 0 or an errno.
 */
int rtk_wait_set_change(struct rtk_wait_set *set, int descriptor,
                        unsigned before, unsigned events, uint32_t number);

/*
 * Waits until a descriptor is ready, that many milliseconds, or without limit
 * if they are negative. Returns how many events were stored, or -1 and errno.
 */
int rtk_wait_set_wait(struct rtk_wait_set *set, int milliseconds,
                      struct rtk_wait_event *events, int size);

/* The descriptor for event loops, or -1 and errno. Asked for it, it is readable
   only if something is ready. */
int rtk_wait_set_fd(struct rtk_wait_set *set);

/* Opens what moments take. False and errno if that fails. */
bool rtk_wait_set_open_alarm(struct rtk_wait_set *set);

/* Makes the descriptor readable at that moment at the latest. A later moment
   than the one before has no effect until that has come. */
void rtk_wait_set_arm(struct rtk_wait_set *set, int64_t moment);

/* No moment comes, and with poll nothing is waited for. */
void rtk_wait_set_disarm(struct rtk_wait_set *set);

#endif
