/* SPDX-License-Identifier: MIT */
#include "eventloop/waker.h"

#if RTK_HAS_EPOLL
#include "base/process.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The most descriptors of one rtk_waker_ready. */
#define BATCH 64

/* What the gate can report. */
enum { STOP, WATCHED, SOURCES };

void rtk_waker_init(struct rtk_waker *waker)
{
  memset(waker, 0, sizeof *waker);
  waker->watched = -1;
  waker->gate = -1;
  waker->stop = -1;
  waker->socket = -1;
}

bool rtk_waker_is_own(const struct rtk_waker *waker)
{
  return waker->generation == rtk_process_generation();
}

static int control(int epoll, int operation, int descriptor, unsigned events,
                   uint32_t number)
{
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = events;
  event.data.u32 = number;
  return epoll_ctl(epoll, operation, descriptor, &event) == 0 ? 0 : errno;
}

static int open_all(struct rtk_waker *waker)
{
  int error;
  waker->watched = epoll_create1(EPOLL_CLOEXEC);
  waker->gate = epoll_create1(EPOLL_CLOEXEC);
  waker->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  rtk_fd_identity_take(&waker->watched_identity, waker->watched);
  rtk_fd_identity_take(&waker->gate_identity, waker->gate);
  rtk_fd_identity_take(&waker->stop_identity, waker->stop);
  if (waker->watched < 0 || waker->gate < 0 || waker->stop < 0)
    return errno;
  error = control(waker->gate, EPOLL_CTL_ADD, waker->stop, EPOLLIN, STOP);
  if (error)
    return error;
  return control(waker->gate, EPOLL_CTL_ADD, waker->watched,
                 EPOLLIN | EPOLLONESHOT, WATCHED);
}

int rtk_waker_open(struct rtk_waker *waker)
{
  int error;
  waker->generation = rtk_process_generation();
  error = open_all(waker);
  waker->is_open = !error;
  if (error)
    rtk_waker_close(waker);
  return error;
}

/* The thread. It ends when stop is readable or the other end of the socket is
   closed. */
static void *run(void *user)
{
  const struct rtk_waker *waker = user;
  for (;;) {
    struct epoll_event events[SOURCES];
    int count = epoll_wait(waker->gate, events, SOURCES, -1);
    int i;
    if (count < 0 && errno != EINTR)
      return NULL;
    for (i = 0; i < count; i++)
      if (events[i].data.u32 == STOP)
        return NULL;
    if (count > 0 && !rtk_portable_send_byte(waker->socket))
      return NULL;
  }
}

int rtk_waker_start(struct rtk_waker *waker, int socket)
{
  int error;
  waker->socket = socket;
  rtk_fd_identity_take(&waker->socket_identity, socket);
  error = rtk_portable_start_thread(&waker->thread, run, waker);
  waker->is_running = !error;
  if (error) {
    (void)close(socket);
    waker->socket = -1;
  }
  return error;
}

int rtk_waker_watch(struct rtk_waker *waker, int descriptor, uint32_t number)
{
  return control(waker->watched, EPOLL_CTL_ADD, descriptor, EPOLLIN, number);
}

void rtk_waker_unwatch(struct rtk_waker *waker, int descriptor)
{
  (void)control(waker->watched, EPOLL_CTL_DEL, descriptor, 0, 0);
}

int rtk_waker_ready(struct rtk_waker *waker, uint32_t *numbers, int size)
{
  struct epoll_event events[BATCH];
  int count =
      epoll_wait(waker->watched, events, size < BATCH ? size : BATCH, 0);
  int i;
  for (i = 0; i < count; i++)
    numbers[i] = events[i].data.u32;
  return count > 0 ? count : 0;
}

void rtk_waker_rearm(struct rtk_waker *waker)
{
  (void)control(waker->gate, EPOLL_CTL_MOD, waker->watched,
                EPOLLIN | EPOLLONESHOT, WATCHED);
}

void rtk_waker_wake(const struct rtk_waker *waker)
{
  (void)rtk_portable_send_byte(waker->socket);
}

static void stop_thread(const struct rtk_waker *waker)
{
  if (!rtk_waker_is_own(waker))
    return;
  (void)eventfd_write(waker->stop, 1);
  (void)pthread_join(waker->thread, NULL);
}

void rtk_waker_close(struct rtk_waker *waker)
{
  if (waker->is_running)
    stop_thread(waker);
  rtk_fd_identity_close(&waker->socket_identity, waker->socket);
  rtk_fd_identity_close(&waker->gate_identity, waker->gate);
  rtk_fd_identity_close(&waker->watched_identity, waker->watched);
  rtk_fd_identity_close(&waker->stop_identity, waker->stop);
  rtk_waker_init(waker);
}

#else
typedef int rtk_waker_is_empty;
#endif
