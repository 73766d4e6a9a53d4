/* SPDX-License-Identifier: MIT */
/* Descriptors for poll, each under a number. Nothing here raises. */
#ifndef RTK_POLL_LIST_H
#define RTK_POLL_LIST_H

#include "system/wait_set.h"

#include <poll.h>
#include <stddef.h>

struct rtk_poll_list {
  struct pollfd *pollfds;
  uint32_t *numbers;
  size_t count;
  size_t size; /* of both arrays */
};

void rtk_poll_list_free(struct rtk_poll_list *list);

/* As rtk_wait_set_change. */
int rtk_poll_list_change(struct rtk_poll_list *list, int descriptor,
                         unsigned events, uint32_t number);

/* As rtk_wait_set_wait. */
int rtk_poll_list_wait(struct rtk_poll_list *list, int milliseconds,
                       struct rtk_wait_event *events, int size);

#endif
