/* SPDX-License-Identifier: MIT */
#include "system/portable.h"

#if !RTK_HAS_EPOLL
#include "base/clock.h"
#include "base/process.h"
#include "system/poll_thread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the thread itself has. */
struct turn {
  struct pollfd *pollfds; /* the first is of control */
  size_t count;
  size_t size;
  int64_t moment;
};

void rtk_poll_thread_init(struct rtk_poll_thread *thread)
{
  memset(thread, 0, sizeof *thread);
  thread->control[0] = -1;
  thread->control[1] = -1;
  thread->output = -1;
}

bool rtk_poll_thread_ring(const struct rtk_poll_thread *thread)
{
  if (thread->is_socket)
    return rtk_portable_send_byte(thread->output);
  return write(thread->output, "", 1) == 1 || errno == EAGAIN;
}

static void empty(int descriptor)
{
  char bytes[64];
  while (read(descriptor, bytes, sizeof bytes) == (ssize_t)sizeof bytes)
    continue;
}

/* Takes what it was armed with last, for its own in exchange. False when the
   thread is to end. */
static bool begin_turn(struct rtk_poll_thread *thread, struct turn *turn)
{
  bool goes_on;
  (void)pthread_mutex_lock(&thread->mutex);
  goes_on = !thread->is_stopping;
  if (thread->has_next) {
    struct pollfd *pollfds = turn->pollfds;
    size_t size = turn->size;
    turn->pollfds = thread->next;
    turn->size = thread->next_size;
    turn->count = thread->next_count;
    turn->moment = thread->moment;
    thread->next = pollfds;
    thread->next_size = size;
    thread->has_next = false;
  }
  (void)pthread_mutex_unlock(&thread->mutex);
  return goes_on;
}

/* Notes that the byte was written, unless it was armed again meanwhile. */
static void end_turn(struct rtk_poll_thread *thread, struct turn *turn)
{
  turn->count = 1;
  turn->moment = RTK_CLOCK_NEVER;
  (void)pthread_mutex_lock(&thread->mutex);
  if (!thread->has_next)
    thread->is_armed = false;
  (void)pthread_mutex_unlock(&thread->mutex);
}

/* The thread. It ends when it is told to, or when nobody reads what it writes.
 */
static void *run(void *user)
{
  struct rtk_poll_thread *thread = user;
  struct pollfd first = {thread->control[0], POLLIN, 0};
  struct turn turn = {NULL, 1, 0, RTK_CLOCK_NEVER};
  bool goes_on = true;
  while (goes_on && begin_turn(thread, &turn)) {
    struct pollfd *pollfds = turn.pollfds ? turn.pollfds : &first;
    int ready = poll(pollfds, (nfds_t)turn.count,
                     rtk_portable_milliseconds(turn.moment));
    if (ready < 0 && errno != EINTR)
      break;
    if (ready > 0 && pollfds[0].revents) {
      empty(pollfds[0].fd);
    } else if (ready > 0 || (ready == 0 && turn.moment <= rtk_clock_now())) {
      end_turn(thread, &turn);
      goes_on = rtk_poll_thread_ring(thread);
    }
  }
  free(turn.pollfds);
  return NULL;
}

int rtk_poll_thread_start(struct rtk_poll_thread *thread, int output,
                          bool is_socket)
{
  int error = rtk_portable_pipe(thread->control);
  if (error)
    return error;
  rtk_fd_identity_take(&thread->control_identity[0], thread->control[0]);
  rtk_fd_identity_take(&thread->control_identity[1], thread->control[1]);
  thread->output = output;
  thread->is_socket = is_socket;
  thread->moment = RTK_CLOCK_NEVER;
  thread->generation = rtk_process_generation();
  error = pthread_mutex_init(&thread->mutex, NULL);
  if (!error) {
    error = rtk_portable_start_thread(&thread->thread, run, thread);
    thread->is_running = !error;
    if (error)
      (void)pthread_mutex_destroy(&thread->mutex);
  }
  if (error)
    rtk_poll_thread_close(thread);
  return error;
}

static void wake(const struct rtk_poll_thread *thread)
{
  /* If it does not fit, it is awake. */
  ssize_t written = write(thread->control[1], "", 1);
  (void)written;
}

/* Copies a list for the thread. False when out of memory. */
static bool copy(struct rtk_poll_thread *thread,
                 const struct rtk_poll_list *list)
{
  size_t count = list->count + 1;
  if (count > thread->next_size) {
    struct pollfd *next = realloc(thread->next, count * sizeof *next);
    if (!next)
      return false;
    thread->next = next;
    thread->next_size = count;
  }
  thread->next[0].fd = thread->control[0];
  thread->next[0].events = POLLIN;
  if (list->count > 0)
    memcpy(thread->next + 1, list->pollfds,
           list->count * sizeof *list->pollfds);
  thread->next_count = count;
  return true;
}

/* With the mutex: gives the thread a list and a moment, as armed or not. */
static bool give(struct rtk_poll_thread *thread,
                 const struct rtk_poll_list *list, int64_t moment,
                 bool is_armed)
{
  thread->has_next = copy(thread, list);
  thread->is_armed = is_armed && thread->has_next;
  thread->moment = moment;
  return thread->has_next;
}

void rtk_poll_thread_arm(struct rtk_poll_thread *thread,
                         const struct rtk_poll_list *list, bool has_changed,
                         int64_t moment)
{
  bool is_given = true;
  bool is_needed;
  if (!thread->is_running)
    return;
  (void)pthread_mutex_lock(&thread->mutex);
  is_needed = has_changed || !thread->is_armed || moment < thread->moment;
  if (is_needed)
    is_given = give(thread, list, moment, true);
  (void)pthread_mutex_unlock(&thread->mutex);
  if (!is_given) /* out of memory: the owner looks itself */
    (void)rtk_poll_thread_ring(thread);
  else if (is_needed)
    wake(thread);
}

void rtk_poll_thread_update(struct rtk_poll_thread *thread,
                            const struct rtk_poll_list *list)
{
  bool is_armed;
  if (!thread->is_running)
    return;
  (void)pthread_mutex_lock(&thread->mutex);
  is_armed = thread->is_armed;
  (void)pthread_mutex_unlock(&thread->mutex);
  if (is_armed)
    rtk_poll_thread_arm(thread, list, true, RTK_CLOCK_NEVER);
}

void rtk_poll_thread_disarm(struct rtk_poll_thread *thread)
{
  struct rtk_poll_list nothing = {NULL, NULL, 0, 0};
  bool was_armed;
  if (!thread->is_running)
    return;
  (void)pthread_mutex_lock(&thread->mutex);
  was_armed = thread->is_armed;
  if (was_armed)
    (void)give(thread, &nothing, RTK_CLOCK_NEVER, false);
  (void)pthread_mutex_unlock(&thread->mutex);
  if (was_armed)
    wake(thread);
}

static void stop(struct rtk_poll_thread *thread)
{
  (void)pthread_mutex_lock(&thread->mutex);
  thread->is_stopping = true;
  (void)pthread_mutex_unlock(&thread->mutex);
  wake(thread);
  (void)pthread_join(thread->thread, NULL);
  (void)pthread_mutex_destroy(&thread->mutex);
}

void rtk_poll_thread_close(struct rtk_poll_thread *thread)
{
  int i;
  if (thread->is_running && thread->generation == rtk_process_generation())
    stop(thread);
  for (i = 0; i < 2; i++)
    rtk_fd_identity_close(&thread->control_identity[i], thread->control[i]);
  free(thread->next);
  rtk_poll_thread_init(thread);
}

#else
typedef int rtk_poll_thread_is_empty;
#endif
