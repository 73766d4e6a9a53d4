/* SPDX-License-Identifier: MIT */
/* A waker where there is no epoll: its thread is one that polls. */
#include "system/portable.h"

#if !RTK_HAS_EPOLL
#include "base/clock.h"
#include "base/process.h"
#include "eventloop/waker.h"

#include <string.h>
#include <unistd.h>

void rtk_waker_init(struct rtk_waker *waker)
{
  memset(waker, 0, sizeof *waker);
  waker->socket = -1;
  rtk_poll_thread_init(&waker->poll_thread);
}

bool rtk_waker_is_own(const struct rtk_waker *waker)
{
  return waker->generation == rtk_process_generation();
}

int rtk_waker_open(struct rtk_waker *waker)
{
  waker->generation = rtk_process_generation();
  waker->is_open = true;
  return 0;
}

int rtk_waker_start(struct rtk_waker *waker, int socket)
{
  int error;
  waker->socket = socket;
  rtk_fd_identity_take(&waker->socket_identity, socket);
  rtk_portable_prevent_sigpipe(socket);
  error = rtk_poll_thread_start(&waker->poll_thread, socket, true);
  waker->is_running = !error;
  if (error) {
    (void)close(socket);
    waker->socket = -1;
  }
  rtk_waker_rearm(waker);
  return error;
}

int rtk_waker_watch(struct rtk_waker *waker, int descriptor, uint32_t number)
{
  int error =
      rtk_poll_list_change(&waker->list, descriptor, RTK_WAIT_READ, number);
  rtk_poll_thread_update(&waker->poll_thread, &waker->list);
  return error;
}

void rtk_waker_unwatch(struct rtk_waker *waker, int descriptor)
{
  (void)rtk_poll_list_change(&waker->list, descriptor, 0, 0);
  rtk_poll_thread_update(&waker->poll_thread, &waker->list);
}

int rtk_waker_ready(struct rtk_waker *waker, uint32_t *numbers, int size)
{
  struct rtk_wait_event events[RTK_WAIT_BATCH];
  int count = rtk_poll_list_wait(&waker->list, 0, events,
                                 size < RTK_WAIT_BATCH ? size : RTK_WAIT_BATCH);
  int i;
  for (i = 0; i < count; i++)
    numbers[i] = events[i].number;
  return count > 0 ? count : 0;
}

void rtk_waker_rearm(struct rtk_waker *waker)
{
  rtk_poll_thread_arm(&waker->poll_thread, &waker->list, true, RTK_CLOCK_NEVER);
}

void rtk_waker_wake(const struct rtk_waker *waker)
{
  (void)rtk_portable_send_byte(waker->socket);
}

void rtk_waker_close(struct rtk_waker *waker)
{
  rtk_poll_thread_close(&waker->poll_thread);
  rtk_fd_identity_close(&waker->socket_identity, waker->socket);
  rtk_poll_list_free(&waker->list);
  rtk_waker_init(waker);
}

#else
typedef int rtk_waker_poll_is_empty;
#endif
