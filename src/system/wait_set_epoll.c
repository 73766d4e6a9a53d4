/* SPDX-License-Identifier: MIT */
/* A wait set of an epoll, which holds a timerfd for moments. */
#include "system/portable.h"

#if RTK_HAS_EPOLL
#include "base/clock.h"
#include "base/fd_identity.h"
#include "system/wait_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* What the alarm is reported as; numbers of descriptors have 32 bits. */
#define ALARM UINT64_MAX

struct rtk_wait_set {
  int epoll;
  struct rtk_fd_identity identity; /* of the epoll */
  int alarm;                       /* -1 while closed */
  struct rtk_fd_identity alarm_identity;
  int64_t moment; /* when the alarm fires; RTK_CLOCK_NEVER if it does not */
};

struct rtk_wait_set *rtk_wait_set_open(void)
{
  struct rtk_wait_set *set = calloc(1, sizeof *set);
  if (!set)
    return NULL;
  set->alarm = -1;
  set->moment = RTK_CLOCK_NEVER;
  set->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (set->epoll < 0) {
    int error = errno;
    free(set);
    errno = error;
    return NULL;
  }
  rtk_fd_identity_take(&set->identity, set->epoll);
  return set;
}

void rtk_wait_set_close(struct rtk_wait_set *set)
{
  if (!set)
    return;
  rtk_fd_identity_close(&set->alarm_identity, set->alarm);
  rtk_fd_identity_close(&set->identity, set->epoll);
  free(set);
}

static uint32_t epoll_events(unsigned events)
{
  return (events & RTK_WAIT_READ ? EPOLLIN : 0U) |
         (events & RTK_WAIT_WRITE ? EPOLLOUT : 0U);
}

static unsigned wait_events(uint32_t events)
{
  return (events & (EPOLLIN | EPOLLHUP) ? RTK_WAIT_READ : 0U) |
         (events & EPOLLOUT ? RTK_WAIT_WRITE : 0U) |
         (events & EPOLLERR ? RTK_WAIT_ERROR : 0U);
}

static int control(const struct rtk_wait_set *set, int operation,
                   int descriptor, uint32_t events, uint64_t number)
{
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = events;
  event.data.u64 = number;
  return epoll_ctl(set->epoll, operation, descriptor, &event) == 0 ? 0 : errno;
}

int rtk_wait_set_change(struct rtk_wait_set *set, int descriptor,
                        unsigned before, unsigned events, uint32_t number)
{
  int operation = before ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (events == 0)
    operation = EPOLL_CTL_DEL;
  return control(set, operation, descriptor, epoll_events(events), number);
}

/* Makes an open alarm fire at a moment, or never; it is unread then. */
static void set_alarm(struct rtk_wait_set *set, int64_t moment)
{
  struct itimerspec setting;
  int64_t at = moment > 0 ? moment : 1; /* 0 would disarm */
  memset(&setting, 0, sizeof setting);
  if (moment != RTK_CLOCK_NEVER)
    setting.it_value = rtk_clock_timespec(at);
  (void)timerfd_settime(set->alarm, TFD_TIMER_ABSTIME, &setting, NULL);
  set->moment = moment;
}

int rtk_wait_set_wait(struct rtk_wait_set *set, int milliseconds,
                      struct rtk_wait_event *events, int size)
{
  struct epoll_event ready[RTK_WAIT_BATCH];
  int count =
      epoll_wait(set->epoll, ready,
                 size < RTK_WAIT_BATCH ? size : RTK_WAIT_BATCH, milliseconds);
  int stored = 0;
  int i;
  if (count < 0)
    return -1;
  for (i = 0; i < count; i++) {
    if (ready[i].data.u64 == ALARM) {
      set_alarm(set, RTK_CLOCK_NEVER);
      continue;
    }
    events[stored].number = ready[i].data.u32;
    events[stored].events = wait_events(ready[i].events);
    stored++;
  }
  return stored;
}

int rtk_wait_set_fd(struct rtk_wait_set *set)
{
  return set->epoll;
}

bool rtk_wait_set_open_alarm(struct rtk_wait_set *set)
{
  int error;
  if (set->alarm >= 0)
    return true;
  set->alarm = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (set->alarm < 0)
    return false;
  rtk_fd_identity_take(&set->alarm_identity, set->alarm);
  error = control(set, EPOLL_CTL_ADD, set->alarm, EPOLLIN, ALARM);
  if (error) {
    (void)close(set->alarm);
    set->alarm = -1;
    errno = error;
  }
  return !error;
}

void rtk_wait_set_arm(struct rtk_wait_set *set, int64_t moment)
{
  /* Later moments wait until the alarm fires: setting it costs a call. */
  if (set->alarm >= 0 && moment < set->moment)
    set_alarm(set, moment);
}

void rtk_wait_set_disarm(struct rtk_wait_set *set)
{
  if (set->alarm >= 0 && set->moment != RTK_CLOCK_NEVER)
    set_alarm(set, RTK_CLOCK_NEVER);
}

#else
typedef int rtk_wait_set_epoll_is_empty;
#endif
