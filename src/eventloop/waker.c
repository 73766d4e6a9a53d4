/* SPDX-License-Identifier: MIT */
#include "eventloop/waker.h"
#include "base/process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define STACK_BYTES ((size_t)64 * 1024)

/* The most descriptors of one rtk_relay_ready. */
#define BATCH 64

/* What the gate reports. */
enum { STOP, WATCHED, SOURCES };

void rtk_relay_init(struct rtk_relay *relay)
{
  memset(relay, 0, sizeof *relay);
  relay->watched = -1;
  relay->gate = -1;
  relay->stop = -1;
  relay->wire = -1;
}

bool rtk_relay_is_own(const struct rtk_relay *relay)
{
  return relay->generation == rtk_process_generation();
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

static int open_all(struct rtk_relay *relay)
{
  int error;
  relay->watched = epoll_create1(EPOLL_CLOEXEC);
  relay->gate = epoll_create1(EPOLL_CLOEXEC);
  relay->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  rtk_identity_take(&relay->watched_identity, relay->watched);
  rtk_identity_take(&relay->gate_identity, relay->gate);
  rtk_identity_take(&relay->stop_identity, relay->stop);
  if (relay->watched < 0 || relay->gate < 0 || relay->stop < 0)
    return errno;
  error = control(relay->gate, EPOLL_CTL_ADD, relay->stop, EPOLLIN, STOP);
  if (error)
    return error;
  return control(relay->gate, EPOLL_CTL_ADD, relay->watched,
                 EPOLLIN | EPOLLONESHOT, WATCHED);
}

int rtk_relay_open(struct rtk_relay *relay)
{
  int error;
  relay->generation = rtk_process_generation();
  error = open_all(relay);
  if (error)
    rtk_relay_close(relay);
  return error;
}

/* False if nobody reads it. */
static bool send_byte(const struct rtk_relay *relay)
{
  ssize_t sent = send(relay->wire, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  /* Should it not fit, then there is a byte on its way already. */
  return sent == 1 || errno == EAGAIN;
}

/* The thread. It ends when told to, or when nobody reads what it sends. */
static void *run(void *user)
{
  const struct rtk_relay *relay = user;
  for (;;) {
    struct epoll_event events[SOURCES];
    int count = epoll_wait(relay->gate, events, SOURCES, -1);
    int i;
    if (count < 0 && errno != EINTR)
      return NULL;
    for (i = 0; i < count; i++)
      if (events[i].data.u32 == STOP)
        return NULL;
    if (count > 0 && !send_byte(relay))
      return NULL;
  }
}

static int create_thread(struct rtk_relay *relay)
{
  pthread_attr_t attributes;
  sigset_t all, previous;
  int error = pthread_attr_init(&attributes);
  if (error)
    return error;
  (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
  (void)sigfillset(&all);
  /* It inherits the mask, so that every signal stays with the host. */
  (void)pthread_sigmask(SIG_SETMASK, &all, &previous);
  error = pthread_create(&relay->thread, &attributes, run, relay);
  (void)pthread_sigmask(SIG_SETMASK, &previous, NULL);
  (void)pthread_attr_destroy(&attributes);
  return error;
}

int rtk_relay_start(struct rtk_relay *relay, int wire)
{
  int error;
  relay->wire = wire;
  rtk_identity_take(&relay->wire_identity, wire);
  error = create_thread(relay);
  relay->is_running = !error;
  if (error) {
    (void)close(wire);
    relay->wire = -1;
  }
  return error;
}

int rtk_relay_watch(const struct rtk_relay *relay, int descriptor,
                    uint32_t number)
{
  return control(relay->watched, EPOLL_CTL_ADD, descriptor, EPOLLIN, number);
}

void rtk_relay_unwatch(const struct rtk_relay *relay, int descriptor)
{
  (void)control(relay->watched, EPOLL_CTL_DEL, descriptor, 0, 0);
}

int rtk_relay_ready(const struct rtk_relay *relay, uint32_t *numbers, int size)
{
  struct epoll_event events[BATCH];
  int count =
      epoll_wait(relay->watched, events, size < BATCH ? size : BATCH, 0);
  int i;
  for (i = 0; i < count; i++)
    numbers[i] = events[i].data.u32;
  return count > 0 ? count : 0;
}

void rtk_relay_rearm(const struct rtk_relay *relay)
{
  (void)control(relay->gate, EPOLL_CTL_MOD, relay->watched,
                EPOLLIN | EPOLLONESHOT, WATCHED);
}

void rtk_relay_ring(const struct rtk_relay *relay)
{
  (void)send_byte(relay);
}

static void stop_thread(const struct rtk_relay *relay)
{
  if (!rtk_relay_is_own(relay))
    return;
  (void)eventfd_write(relay->stop, 1);
  (void)pthread_join(relay->thread, NULL);
}

void rtk_relay_close(struct rtk_relay *relay)
{
  if (relay->is_running)
    stop_thread(relay);
  rtk_identity_close(&relay->wire_identity, relay->wire);
  rtk_identity_close(&relay->gate_identity, relay->gate);
  rtk_identity_close(&relay->watched_identity, relay->watched);
  rtk_identity_close(&relay->stop_identity, relay->stop);
  rtk_relay_init(relay);
}
