/* SPDX-License-Identifier: MIT */
#include "system/portable.h"

#if !RTK_HAS_EPOLL
#include "system/poll_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 16

void rtk_poll_list_free(struct rtk_poll_list *list)
{
  free(list->pollfds);
  free(list->numbers);
  memset(list, 0, sizeof *list);
}

/* Makes room for one more. False when out of memory. */
static bool reserve(struct rtk_poll_list *list)
{
  size_t size = list->size ? list->size * 2 : FIRST_SIZE;
  struct pollfd *pollfds;
  uint32_t *numbers;
  if (list->count < list->size)
    return true;
  pollfds = realloc(list->pollfds, size * sizeof *pollfds);
  if (!pollfds)
    return false;
  list->pollfds = pollfds;
  numbers = realloc(list->numbers, size * sizeof *numbers);
  if (!numbers)
    return false;
  list->numbers = numbers;
  list->size = size;
  return true;
}

static short poll_events(unsigned events)
{
  return (short)((events & RTK_WAIT_READ ? POLLIN : 0) |
                 (events & RTK_WAIT_WRITE ? POLLOUT : 0));
}

static unsigned wait_events(short events)
{
  return (events & (POLLIN | POLLHUP) ? RTK_WAIT_READ : 0U) |
         (events & POLLOUT ? RTK_WAIT_WRITE : 0U) |
         (events & (POLLERR | POLLNVAL) ? RTK_WAIT_ERROR : 0U);
}

int rtk_poll_list_change(struct rtk_poll_list *list, int descriptor,
                         unsigned events, uint32_t number)
{
  size_t i = 0;
  while (i < list->count && list->pollfds[i].fd != descriptor)
    i++;
  if (events == 0) {
    if (i == list->count)
      return 0;
    list->count--;
    list->pollfds[i] = list->pollfds[list->count];
    list->numbers[i] = list->numbers[list->count];
    return 0;
  }
  if (i == list->count) {
    if (!reserve(list))
      return ENOMEM;
    list->count++;
  }
  list->pollfds[i].fd = descriptor;
  list->pollfds[i].events = poll_events(events);
  list->pollfds[i].revents = 0;
  list->numbers[i] = number;
  return 0;
}

int rtk_poll_list_wait(struct rtk_poll_list *list, int milliseconds,
                       struct rtk_wait_event *events, int size)
{
  int ready = poll(list->pollfds, (nfds_t)list->count, milliseconds);
  int stored = 0;
  size_t i;
  if (ready < 0)
    return -1;
  for (i = 0; i < list->count && stored < size && stored < ready; i++) {
    if (list->pollfds[i].revents == 0)
      continue;
    events[stored].number = list->numbers[i];
    events[stored].events = wait_events(list->pollfds[i].revents);
    stored++;
  }
  return stored;
}

#else
typedef int rtk_poll_list_is_empty;
#endif
