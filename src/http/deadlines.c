/* SPDX-License-Identifier: MIT */
#include "http/deadlines.h"
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE 16

/* An empty heap above this is not kept. */
#define KEPT_SIZE 256

void rtk_deadlines_init(struct rtk_deadlines *deadlines)
{
  memset(deadlines, 0, sizeof *deadlines);
}

void rtk_deadlines_close(struct rtk_deadlines *deadlines)
{
  free(deadlines->heap);
  rtk_deadlines_init(deadlines);
}

/* Makes room for one more. False when out of memory. */
static bool reserve(struct rtk_deadlines *deadlines)
{
  size_t size = deadlines->size ? deadlines->size * 2 : FIRST_SIZE;
  struct rtk_deadline *heap;
  if (deadlines->count < deadlines->size)
    return true;
  if (size > SIZE_MAX / sizeof *heap)
    return false;
  heap = realloc(deadlines->heap, size * sizeof *heap);
  if (!heap)
    return false;
  deadlines->heap = heap;
  deadlines->size = size;
  return true;
}

/* Of equal deadlines, that of the older request comes first. */
static bool is_before(const struct rtk_deadline *one,
                      const struct rtk_deadline *other)
{
  if (one->moment != other->moment)
    return one->moment < other->moment;
  return one->request->id < other->request->id;
}

static void put(struct rtk_deadlines *deadlines, size_t place,
                struct rtk_deadline deadline)
{
  deadlines->heap[place] = deadline;
  deadline.request->place = place;
}

/* Puts a deadline at a free place, or above it as far as it belongs. */
static void rise(struct rtk_deadlines *deadlines, size_t place,
                 struct rtk_deadline deadline)
{
  while (place > 0) {
    struct rtk_deadline parent = deadlines->heap[(place - 1) / 2];
    if (!is_before(&deadline, &parent))
      break;
    put(deadlines, place, parent);
    place = (place - 1) / 2;
  }
  put(deadlines, place, deadline);
}

/* Fills a free place with the earlier of the two below it, and so on. Returns
   the place at the bottom that becomes free. */
static size_t sink(struct rtk_deadlines *deadlines, size_t place)
{
  const struct rtk_deadline *heap = deadlines->heap;
  size_t child = 2 * place + 1;
  while (child < deadlines->count) {
    if (child + 1 < deadlines->count &&
        is_before(&heap[child + 1], &heap[child]))
      child++;
    put(deadlines, place, heap[child]);
    place = child;
    child = 2 * place + 1;
  }
  return place;
}

bool rtk_deadlines_add(struct rtk_deadlines *deadlines,
                       struct rtk_request *request)
{
  struct rtk_deadline deadline = {request->deadline, request};
  if (!reserve(deadlines))
    return false;
  rise(deadlines, deadlines->count++, deadline);
  return true;
}

void rtk_deadlines_remove(struct rtk_deadlines *deadlines,
                          const struct rtk_request *request)
{
  struct rtk_deadline last = deadlines->heap[--deadlines->count];
  /* The free place sinks past the last, which rises from there. */
  if (last.request != request)
    rise(deadlines, sink(deadlines, request->place), last);
  if (deadlines->count == 0 && deadlines->size > KEPT_SIZE)
    rtk_deadlines_close(deadlines);
}

int64_t rtk_deadlines_next(const struct rtk_deadlines *deadlines)
{
  return deadlines->count ? deadlines->heap[0].moment : RTK_CLOCK_NEVER;
}

struct rtk_request *rtk_deadlines_due(const struct rtk_deadlines *deadlines,
                                      int64_t now)
{
  if (deadlines->count == 0 || deadlines->heap[0].moment > now)
    return NULL;
  return deadlines->heap[0].request;
}
