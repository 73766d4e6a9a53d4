/* SPDX-License-Identifier: MIT */
#include "request/poller.h"
#include "base/clock.h"
#include "base/fd_identity.h"
#include "net/socket.h"
#include "system/portable.h"
#include "system/wait_set.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_SIZE 32

/* A machine that was suspended for longer is noticed by its connections. */
#define MOST_SUSPENDED (5 * RTK_CLOCK_SECOND)

/* Between two checks of transfers that are connecting. */
#define CHECK_INTERVAL (50 * RTK_CLOCK_MILLISECOND)

struct rtk_poller_watch {
  bool open; /* opened through the poller and not yet closed */
  struct rtk_fd_identity identity; /* if it is open */
  unsigned wanted;                 /* the events curl wants; 0 while idle */
  const CURL *easy;                /* for which transfer, while it wants any */
  unsigned registered;             /* the events the set waits for; 0 if none */
  int64_t idle_until; /* the peer closes it soon after, if it is idle */
  int64_t wall_lead;  /* the clock's, when it was opened */
};

void rtk_poller_init(struct rtk_poller *poller)
{
  memset(poller, 0, sizeof *poller);
  poller->deadline = RTK_CLOCK_NEVER;
  poller->next_check = RTK_CLOCK_NEVER;
}

int rtk_poller_open(struct rtk_poller *poller)
{
  rtk_poller_init(poller);
  poller->set = rtk_wait_set_open();
  return poller->set ? 0 : errno;
}

void rtk_poller_close(struct rtk_poller *poller)
{
  rtk_wait_set_close(poller->set);
  free(poller->watches);
  free(poller->ports);
  rtk_poller_init(poller);
}

void rtk_poller_detach_after_fork(struct rtk_poller *poller)
{
  int socket;
  for (socket = 0; socket < poller->size; socket++)
    if (poller->watches[socket].open)
      rtk_fd_identity_close(&poller->watches[socket].identity, socket);
  rtk_poller_close(poller);
}

/* Makes room for what is known of a descriptor. False when out of memory. */
static bool grow(struct rtk_poller *poller, int socket)
{
  size_t old = (size_t)poller->size;
  size_t size = old ? old : FIRST_SIZE;
  struct rtk_poller_watch *watches;
  uint16_t *ports;
  while (size <= (size_t)socket)
    size *= 2;
  if (size > INT_MAX)
    return false;
  watches = realloc(poller->watches, size * sizeof *watches);
  if (!watches)
    return false;
  poller->watches = watches;
  ports = realloc(poller->ports, size * sizeof *ports);
  if (!ports)
    return false;
  poller->ports = ports;
  memset(watches + old, 0, (size - old) * sizeof *watches);
  memset(ports + old, 0, (size - old) * sizeof *ports);
  poller->size = (int)size;
  return true;
}

/* The watch of a descriptor, or NULL when out of memory. */
static struct rtk_poller_watch *watch_of(struct rtk_poller *poller, int socket)
{
  if (socket < poller->size || grow(poller, socket))
    return &poller->watches[socket];
  return NULL;
}

/* Makes the set wait for these events at a socket. Returns 0 or an errno. */
static int set_events(const struct rtk_poller *poller,
                      struct rtk_poller_watch *watch, int socket,
                      unsigned events)
{
  int error;
  if (!poller->set || watch->registered == events)
    return 0;
  error = rtk_wait_set_change(poller->set, socket, watch->registered, events,
                              (uint32_t)socket);
  if (error && events != 0)
    return error;
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
    watch->wanted |= RTK_WAIT_READ;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
    watch->wanted |= RTK_WAIT_WRITE;
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
  int opened = rtk_portable_socket(address->family, address->socktype,
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
  watch->idle_until = RTK_CLOCK_NEVER;
  watch->wall_lead = rtk_clock_wall_lead();
  poller->ports[opened] = 0;
  poller->has_unknown_port = true;
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
    poller->ports[socket] = 0;
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

/* Asks for the local ports that are not known yet. */
static void find_ports(struct rtk_poller *poller)
{
  int socket;
  poller->has_unknown_port = false;
  for (socket = 0; socket < poller->size; socket++) {
    if (!poller->watches[socket].open || poller->ports[socket] != 0)
      continue;
    poller->ports[socket] = (uint16_t)rtk_socket_local_port(socket);
    if (poller->ports[socket] == 0)
      poller->has_unknown_port = true;
  }
}

void rtk_poller_limit_idle(struct rtk_poller *poller, const CURL *easy,
                           int64_t duration)
{
  int socket;
  for (socket = 0; socket < poller->size; socket++)
    if (poller->watches[socket].easy == easy &&
        poller->watches[socket].wanted != 0)
      poller->watches[socket].idle_until =
          duration < 0 ? RTK_CLOCK_NEVER : rtk_clock_now() + duration;
}

/* Whether a socket is not to be used again. */
static bool is_over(const struct rtk_poller_watch *watch, int socket)
{
  return rtk_socket_is_closed(socket, watch->wanted == 0) ||
         watch->idle_until <= rtk_clock_now() ||
         rtk_clock_wall_lead() - watch->wall_lead > MOST_SUSPENDED;
}

bool rtk_poller_is_closed(struct rtk_poller *poller, int local_port)
{
  const struct rtk_poller_watch *watches = poller->watches;
  const uint16_t *ports = poller->ports;
  const int size = poller->size;
  int socket;
  if (poller->has_unknown_port)
    find_ports(poller);
  for (socket = 0; socket < size; socket++)
    if (ports[socket] == local_port && watches[socket].open &&
        is_over(&watches[socket], socket))
      return true;
  return false;
}

static int curl_flags(unsigned events)
{
  int flags = 0;
  if (events & RTK_WAIT_READ)
    flags |= CURL_CSELECT_IN;
  if (events & RTK_WAIT_WRITE)
    flags |= CURL_CSELECT_OUT;
  if (events & RTK_WAIT_ERROR)
    flags |= CURL_CSELECT_ERR;
  return flags;
}

int rtk_poller_wanted(const struct rtk_poller *poller, curl_socket_t socket)
{
  return socket < poller->size ? curl_flags(poller->watches[socket].wanted) : 0;
}

curl_socket_t rtk_poller_find(const struct rtk_poller *poller, const CURL *easy,
                              int wanted)
{
  int socket;
  for (socket = 0; socket < poller->size; socket++)
    if (poller->watches[socket].easy == easy &&
        rtk_poller_wanted(poller, socket) == wanted)
      return socket;
  return CURL_SOCKET_BAD;
}

int rtk_poller_fd(struct rtk_poller *poller)
{
  int fd = rtk_wait_set_fd(poller->set);
  if (fd < 0 || !rtk_wait_set_open_alarm(poller->set))
    return -1;
  poller->is_shared = true;
  return fd;
}

bool rtk_poller_is_shared(const struct rtk_poller *poller)
{
  return poller->is_shared;
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
  if (poller->is_shared)
    rtk_wait_set_arm(poller->set, next_moment(poller, moment));
}

void rtk_poller_disarm(struct rtk_poller *poller)
{
  if (poller->is_shared)
    rtk_wait_set_disarm(poller->set);
}

/*
 * The kernel may show the error of a reset before anything else. libcurl gives
 * up at an error alone, without the reply that may have come before it; if it
 * may use the socket as it wants to, it finds both.
 */
static int ready_flags(unsigned events, unsigned wanted)
{
  return curl_flags(events & RTK_WAIT_ERROR ? events | wanted : events);
}

int rtk_poller_wait(struct rtk_poller *poller, int64_t until,
                    struct rtk_poller_event *events, int size)
{
  struct rtk_wait_event ready[RTK_WAIT_BATCH];
  int count = rtk_wait_set_wait(
      poller->set, rtk_portable_milliseconds(next_moment(poller, until)), ready,
      size < RTK_WAIT_BATCH ? size : RTK_WAIT_BATCH);
  int stored = 0;
  int i;
  if (count < 0) {
    poller->error = errno == EINTR ? 0 : errno;
    return -1;
  }
  for (i = 0; i < count; i++) {
    int socket = (int)ready[i].number;
    unsigned wanted = poller->watches[socket].wanted;
    if (wanted == 0) {
      (void)set_events(poller, &poller->watches[socket], socket, 0);
    } else {
      events[stored].socket = socket;
      events[stored].flags = ready_flags(ready[i].events, wanted);
      stored++;
    }
  }
  return stored;
}
