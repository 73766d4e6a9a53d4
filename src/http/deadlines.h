/* SPDX-License-Identifier: MIT */
/*
 * The requests of an engine that have a deadline, those that wait and those in
 * flight: a binary heap, so that neither one more nor one less costs a look at
 * all others. It owns no request.
 *
 * Nothing here raises or calls Lua.
 */
#ifndef RTK_DEADLINES_H
#define RTK_DEADLINES_H

#include "request/request.h"

#include <stddef.h>

struct rtk_deadline {
  int64_t moment; /* the request's, here for speed */
  struct rtk_request *request;
};

struct rtk_deadlines {
  struct rtk_deadline *heap; /* the first is the earliest */
  size_t count, size;
};

/* Makes an empty heap; acquires nothing. */
void rtk_deadlines_init(struct rtk_deadlines *deadlines);

/* Forgets all requests and gives its memory back. Idempotent. */
void rtk_deadlines_close(struct rtk_deadlines *deadlines);

/* Adds a request that is not there. False when out of memory. */
bool rtk_deadlines_add(struct rtk_deadlines *deadlines,
                       struct rtk_request *request);

/* Takes out a request that is there. */
void rtk_deadlines_remove(struct rtk_deadlines *deadlines,
                          const struct rtk_request *request);

/* The earliest deadline; RTK_CLOCK_NEVER if there is none. */
int64_t rtk_deadlines_next(const struct rtk_deadlines *deadlines);

/* The request that has the earliest deadline, if that is not after now; or
   NULL. */
struct rtk_request *rtk_deadlines_due(const struct rtk_deadlines *deadlines,
                                      int64_t now);

#endif
