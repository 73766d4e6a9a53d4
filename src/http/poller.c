/* SPDX-License-Identifier: MIT */
#include "http/poller.h"
#include "base/clock.h"
#include "net/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define FIRST_SIZE 32

/* Between two checks of transfers that are connecting. */
#define CHECK_INTERVAL (50 * RTK_CLOCK_MILLISECOND)

/* The most events of one epoll_wait. */
#define BATCH 64

struct rtk_poller_watch {
  bool open; /* opened through the poller and not yet closed */
  struct rtk_fd_identity identity; /* if it is open */
  unsigned wanted;                 /* the events curl wants; 0 while idle */
  const CURL *easy;                /* for which transfer, while it wants any */
  unsigned registered; /* the events the epoll has; 0 if it has none */
  int local_port;      /* 0 until asked for */
};

static void alarm_init(struct rtk_alarm *alarm)
{
  alarm->fd = -1;
  alarm->moment = RTK_CLOCK_NEVER;
}

/* Returns its descriptor, or -1 and errno. */
static int alarm_open(struct rtk_alarm *alarm)
{
  alarm->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  rtk_fd_identity_take(&alarm->identity, alarm->fd);
  return alarm->fd;
}

static void alarm_close(struct rtk_alarm *alarm)
{
  if (alarm->fd >= 0)
    (void)close(alarm->fd);
  alarm_init(alarm);
}

/* Makes an open alarm fire at a moment, or never; it is unread then. */
static void alarm_set(struct rtk_alarm *alarm, int64_t moment)
{
  struct itimerspec setting;
  int64_t at = moment > 0 ? moment : 1; /* 0 would disarm */
  memset(&setting, 0, sizeof setting);
  if (moment != RTK_CLOCK_NEVER)
    setting.it_value = rtk_clock_timespec(at);
  (void)timerfd_settime(alarm->fd, TFD_TIMER_ABSTIME, &setting, NULL);
  alarm->moment = moment;
}

void rtk_poller_init(struct rtk_poller *poller)
{
  memset(poller, 0, sizeof *poller);
  poller->epoll = -1;
  poller->deadline = RTK_CLOCK_NEVER;
  poller->next_check = RTK_CLOCK_NEVER;
  alarm_init(&poller->alarm);
}

int rtk_poller_open(struct rtk_poller *poller)
{
  rtk_poller_init(poller);
  poller->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (poller->epoll < 0)
    return errno;
  rtk_fd_identity_take(&poller->identity, poller->epoll);
  return 0;
}

void rtk_poller_close(struct rtk_poller *poller)
{
  alarm_close(&poller->alarm);
  if (poller->epoll >= 0)
    (void)close(poller->epoll);
  free(poller->watches);
  rtk_poller_init(poller);
}

void rtk_poller_detach_after_fork(struct rtk_poller *poller)
{
  int socket;
  for (socket = 0; socket < poller->size; socket++)
    if (poller->watches[socket].open)
      rtk_fd_identity_close(&poller->watches[socket].identity, socket);
  rtk_fd_identity_close(&poller->alarm.identity, poller->alarm.fd);
  rtk_fd_identity_close(&poller->identity, poller->epoll);
  free(poller->watches);
  rtk_poller_init(poller);
}

/* The watch of a descriptor, or NULL when out of memory. */
static struct rtk_poller_watch *watch_of(struct rtk_poller *poller, int socket)
{
  int size = poller->size ? poller->size : FIRST_SIZE;
  struct rtk_poller_watch *watches;
  if (socket < poller->size)
    return &poller->watches[socket];
  while (size <= socket)
    size = size < INT_MAX / 2 ? size * 2 : INT_MAX;
  watches = realloc(poller->watches, (size_t)size * sizeof *watches);
  if (!watches)
    return NULL;
  memset(watches + poller->size, 0,
         (size_t)(size - poller->size) * sizeof *watches);
  poller->watches = watches;
  poller->size = size;
  return &watches[socket];
}

/* Makes the epoll have these events for a socket. Returns 0 or an errno. */
static int set_events(const struct rtk_poller *poller,
                      struct rtk_poller_watch *watch, int socket,
                      unsigned events)
{
  struct epoll_event event;
  int operation = watch->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  if (poller->epoll < 0 || watch->registered == events)
    return 0;
  memset(&event, 0, sizeof event);
  event.events = events;
  event.data.fd = socket;
  if (events == 0)
    operation = EPOLL_CTL_DEL;
  if (epoll_ctl(poller->epoll, operation, socket, &event) != 0 && events != 0)
    return errno;
  watch->registered = events;
  return 0;
}

/* CURLMOPT_SOCKETFUNCTION. Never raises. */
static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user,
                     void *unused)
{
  struct rtk_poller *poller = user;
  struct rtk_poller_watch *watch = watch_of(poller, socket);
  int error;
  (void)unused;
  if (!watch) {
    poller->error = ENOMEM;
    return 0;
  }
  watch->easy = easy;
  watch->wanted = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
    watch->wanted |= EPOLLIN;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
    watch->wanted |= EPOLLOUT;
  if (watch->wanted == 0 && watch->open)
    return 0;
  error = set_events(poller, watch, socket, watch->wanted);
  if (error)
    poller->error = error;
  return 0;
}

/* CURLMOPT_TIMERFUNCTION. Never raises. */
static int on_timer(CURLM *multi, long timeout, void *user)
{
  struct rtk_poller *poller = user;
  (void)multi;
  if (timeout < 0)
    poller->deadline = RTK_CLOCK_NEVER;
  else if (timeout == 0)
    poller->deadline = 0;
  else
    poller->deadline = rtk_clock_now() + timeout * RTK_CLOCK_MILLISECOND;
  return 0;
}

curl_socket_t rtk_poller_open_socket(struct rtk_poller *poller,
                                     const struct curl_sockaddr *address)
{
  struct rtk_poller_watch *watch;
  int opened = socket(address->family, address->socktype | SOCK_CLOEXEC,
                      address->protocol);
  poller->open_error = opened < 0 ? errno : 0;
  if (opened < 0)
    return CURL_SOCKET_BAD;
  watch = watch_of(poller, opened);
  if (!watch) {
    (void)close(opened);
    return CURL_SOCKET_BAD;
  }
  memset(watch, 0, sizeof *watch);
  watch->open = true;
  rtk_fd_identity_take(&watch->identity, opened);
  return opened;
}

/* CURLOPT_CLOSESOCKETFUNCTION. Never raises. */
static int close_socket(void *user, curl_socket_t socket)
{
  struct rtk_poller *poller = user;
  if (socket < poller->size) {
    struct rtk_poller_watch *watch = &poller->watches[socket];
    /* The kernel forgets a closed socket only if no fork has a copy. */
    (void)set_events(poller, watch, socket, 0);
    memset(watch, 0, sizeof *watch);
  }
  return close(socket);
}

void rtk_poller_attach(struct rtk_poller *poller, CURLM *multi)
{
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, poller);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, poller);
}

void rtk_poller_attach_easy(struct rtk_poller *poller, CURL *easy)
{
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, poller);
}

bool rtk_poller_is_closed(struct rtk_poller *poller, int local_port)
{
  int socket;
  for (socket = 0; socket < poller->size; socket++) {
    struct rtk_poller_watch *watch = &poller->watches[socket];
    if (watch->open && watch->local_port == 0)
      watch->local_port = rtk_socket_local_port(socket);
    if (watch->open && watch->local_port == local_port &&
        rtk_socket_is_closed(socket, watch->wanted == 0))
      return true;
  }
  return false;
}

static int curl_flags(unsigned events)
{
  int flags = 0;
  if (events & (EPOLLIN | EPOLLHUP))
    flags |= CURL_CSELECT_IN;
  if (events & EPOLLOUT)
    flags |= CURL_CSELECT_OUT;
  if (events & EPOLLERR)
    flags |= CURL_CSELECT_ERR;
  return flags;
}

int rtk_poller_wanted(const struct rtk_poller *poller, curl_socket_t socket)
{
  return socket < poller->size ? curl_flags(poller->watches[socket].wanted) : 0;
}

curl_socket_t rtk_poller_find_sending(const struct rtk_poller *poller,
                                      const CURL *easy)
{
  int socket;
  for (socket = 0; socket < poller->size; socket++)
    if (poller->watches[socket].wanted == EPOLLOUT &&
        poller->watches[socket].easy == easy)
      return socket;
  return CURL_SOCKET_BAD;
}

int rtk_poller_fd(struct rtk_poller *poller)
{
  struct epoll_event event;
  if (rtk_poller_is_shared(poller))
    return poller->epoll;
  if (alarm_open(&poller->alarm) < 0)
    return -1;
  memset(&event, 0, sizeof event);
  event.events = EPOLLIN;
  event.data.fd = poller->alarm.fd;
  if (epoll_ctl(poller->epoll, EPOLL_CTL_ADD, poller->alarm.fd, &event) != 0) {
    int error = errno;
    alarm_close(&poller->alarm);
    errno = error;
    return -1;
  }
  return poller->epoll;
}

bool rtk_poller_is_shared(const struct rtk_poller *poller)
{
  return poller->alarm.fd >= 0;
}

bool rtk_poller_is_check_due(struct rtk_poller *poller, int64_t now)
{
  bool is_due = poller->connecting > 0 && poller->next_check <= now;
  if (poller->connecting == 0)
    poller->next_check = RTK_CLOCK_NEVER;
  else if (is_due || poller->next_check == RTK_CLOCK_NEVER)
    poller->next_check = now + CHECK_INTERVAL;
  return is_due;
}

/* The earliest of that moment, curl's deadline and the next check. */
static int64_t next_moment(const struct rtk_poller *poller, int64_t moment)
{
  if (poller->deadline < moment)
    moment = poller->deadline;
  if (poller->connecting > 0 && poller->next_check < moment)
    moment = poller->next_check;
  return moment;
}

void rtk_poller_arm(struct rtk_poller *poller, int64_t moment)
{
  int64_t earliest = next_moment(poller, moment);
  /* Later deadlines wait until the alarm fires: setting it costs a call. */
  if (rtk_poller_is_shared(poller) && earliest < poller->alarm.moment)
    alarm_set(&poller->alarm, earliest);
}

void rtk_poller_disarm(struct rtk_poller *poller)
{
  if (rtk_poller_is_shared(poller) && poller->alarm.moment != RTK_CLOCK_NEVER)
    alarm_set(&poller->alarm, RTK_CLOCK_NEVER);
}

/* Milliseconds until the moment, rounded up; -1 if it never comes. */
static int wait_time(int64_t moment)
{
  int64_t left;
  if (moment == RTK_CLOCK_NEVER)
    return -1;
  if (moment <= 0)
    return 0;
  left = moment - rtk_clock_now();
  if (left <= 0)
    return 0;
  left = (left + RTK_CLOCK_MILLISECOND - 1) / RTK_CLOCK_MILLISECOND;
  return left < INT_MAX ? (int)left : INT_MAX;
}

int rtk_poller_wait(struct rtk_poller *poller, int64_t until,
                    struct rtk_poller_event *events, int size)
{
  struct epoll_event ready[BATCH];
  int count = epoll_wait(poller->epoll, ready, size < BATCH ? size : BATCH,
                         wait_time(next_moment(poller, until)));
  int stored = 0;
  int i;
  if (count < 0) {
    poller->error = errno == EINTR ? 0 : errno;
    return -1;
  }
  for (i = 0; i < count; i++) {
    int socket = ready[i].data.fd;
    if (socket == poller->alarm.fd) {
      alarm_set(&poller->alarm, RTK_CLOCK_NEVER);
    } else if (poller->watches[socket].wanted == 0) {
      (void)set_events(poller, &poller->watches[socket], socket, 0);
    } else {
      events[stored].socket = socket;
      events[stored].flags = curl_flags(ready[i].events);
      stored++;
    }
  }
  return stored;
}
