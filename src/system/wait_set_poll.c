/* SPDX-License-Identifier: MIT */
/* A wait set of poll, and for event loops of a pipe and a thread. */
#include "system/portable.h"

#if !RTK_HAS_EPOLL
#include "base/clock.h"
#include "system/poll_thread.h"
#include "system/wait_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct rtk_wait_set {
  struct rtk_poll_list list;
  bool has_changed; /* since the thread was armed */
  bool is_rung;     /* the pipe is readable, without the thread */
  int pipe[2];      /* -1 until there is a thread */
  struct rtk_fd_identity pipe_identity[2];
  struct rtk_poll_thread thread;
};

struct rtk_wait_set *rtk_wait_set_open(void)
{
  struct rtk_wait_set *set = calloc(1, sizeof *set);
  if (!set)
    return NULL;
  set->pipe[0] = -1;
  set->pipe[1] = -1;
  rtk_poll_thread_init(&set->thread);
  return set;
}

void rtk_wait_set_close(struct rtk_wait_set *set)
{
  if (!set)
    return;
  rtk_poll_thread_close(&set->thread);
  rtk_fd_identity_close(&set->pipe_identity[0], set->pipe[0]);
  rtk_fd_identity_close(&set->pipe_identity[1], set->pipe[1]);
  rtk_poll_list_free(&set->list);
  free(set);
}

int rtk_wait_set_change(struct rtk_wait_set *set, int descriptor,
                        unsigned before, unsigned events, uint32_t number)
{
  if (before == 0 && fcntl(descriptor, F_GETFD) < 0)
    return errno;
  set->has_changed = true;
  return rtk_poll_list_change(&set->list, descriptor, events, number);
}

/* Makes the pipe unreadable. */
static void empty(struct rtk_wait_set *set)
{
  char bytes[64];
  if (set->thread.is_running)
    while (read(set->pipe[0], bytes, sizeof bytes) == (ssize_t)sizeof bytes)
      continue;
  set->is_rung = false;
}

int rtk_wait_set_wait(struct rtk_wait_set *set, int milliseconds,
                      struct rtk_wait_event *events, int size)
{
  empty(set);
  return rtk_poll_list_wait(&set->list, milliseconds, events, size);
}

static int open_thread(struct rtk_wait_set *set)
{
  int error = rtk_portable_pipe(set->pipe);
  if (error)
    return error;
  rtk_fd_identity_take(&set->pipe_identity[0], set->pipe[0]);
  rtk_fd_identity_take(&set->pipe_identity[1], set->pipe[1]);
  error = rtk_poll_thread_start(&set->thread, set->pipe[1], false);
  if (error) {
    (void)close(set->pipe[0]);
    (void)close(set->pipe[1]);
    set->pipe[0] = set->pipe[1] = -1;
  }
  return error;
}

bool rtk_wait_set_open_alarm(struct rtk_wait_set *set)
{
  int error = set->thread.is_running ? 0 : open_thread(set);
  if (error)
    errno = error;
  return !error;
}

int rtk_wait_set_fd(struct rtk_wait_set *set)
{
  if (!rtk_wait_set_open_alarm(set))
    return -1;
  empty(set);
  set->has_changed = true;
  if (poll(set->list.pollfds, (nfds_t)set->list.count, 0) > 0)
    set->is_rung = rtk_poll_thread_ring(&set->thread);
  else
    rtk_wait_set_arm(set, RTK_CLOCK_NEVER);
  return set->pipe[0];
}

void rtk_wait_set_arm(struct rtk_wait_set *set, int64_t moment)
{
  if (!set->thread.is_running || set->is_rung)
    return;
  if (moment <= 0 || moment <= rtk_clock_now()) {
    /* What is due needs no thread; after that it is armed again. */
    set->is_rung = rtk_poll_thread_ring(&set->thread);
    return;
  }
  rtk_poll_thread_arm(&set->thread, &set->list, set->has_changed, moment);
  set->has_changed = false;
}

void rtk_wait_set_disarm(struct rtk_wait_set *set)
{
  rtk_poll_thread_disarm(&set->thread);
  empty(set);
}

#else
typedef int rtk_wait_set_poll_is_empty;
#endif
