/* SPDX-License-Identifier: MIT */
/*
 * A timerfd: a descriptor that becomes readable at a moment, for event loops.
 * Nothing here raises.
 */
#ifndef RTK_ALARM_H
#define RTK_ALARM_H

#include "base/fd_identity.h"

#include <stdint.h>

struct rtk_alarm {
  int fd; /* -1 while closed */
  struct rtk_identity identity;
  int64_t moment; /* when it fires; RTK_CLOCK_NEVER if it does not */
};

/* Makes a closed alarm; acquires nothing. */
void rtk_alarm_init(struct rtk_alarm *alarm);

/* Opens it. Returns its descriptor, or -1 and errno. */
int rtk_alarm_open(struct rtk_alarm *alarm);

/* Closes it. Idempotent. */
void rtk_alarm_close(struct rtk_alarm *alarm);

/* Has an open alarm fire then, or never. Either way it is unread now. */
void rtk_alarm_set(struct rtk_alarm *alarm, int64_t moment);

#endif
