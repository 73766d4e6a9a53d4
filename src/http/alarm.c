/* SPDX-License-Identifier: MIT */
#include "http/alarm.h"
#include "base/clock.h"

#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

void rtk_alarm_init(struct rtk_alarm *alarm)
{
  alarm->fd = -1;
  alarm->moment = RTK_CLOCK_NEVER;
}

int rtk_alarm_open(struct rtk_alarm *alarm)
{
  alarm->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  rtk_identity_take(&alarm->identity, alarm->fd);
  return alarm->fd;
}

void rtk_alarm_close(struct rtk_alarm *alarm)
{
  if (alarm->fd >= 0)
    (void)close(alarm->fd);
  rtk_alarm_init(alarm);
}

void rtk_alarm_set(struct rtk_alarm *alarm, int64_t moment)
{
  struct itimerspec setting;
  int64_t at = moment > 0 ? moment : 1; /* 0 would disarm */
  memset(&setting, 0, sizeof setting);
  if (moment != RTK_CLOCK_NEVER)
    setting.it_value = rtk_clock_timespec(at);
  (void)timerfd_settime(alarm->fd, TFD_TIMER_ABSTIME, &setting, NULL);
  alarm->moment = moment;
}
