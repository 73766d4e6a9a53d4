/* SPDX-License-Identifier: MIT */
/*
 * Threads with a state each that make calls at the same time.
 *
 *   threads COUNT CALLS     with the environment that rtk.new reads
 *
 * All open rtk in the same moment, too. A thread checks what it is told about
 * its own meetings; the program prints how many there are in the end.
 */
#include "state.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_THREADS 64

struct worker {
  pthread_t thread;
  long number;
  long made;
};

static pthread_barrier_t start;
static long calls;

static const char prepare[] =
    "client = assert(require('rtk').new { max_retries = 0 })\n"
    "function work(thread, index)\n"
    "  local title = ('meeting %d of thread %d'):format(index, thread)\n"
    "  local meeting = assert(client.meetings:create { title = title })\n"
    "  local again = assert(client.meetings:get(meeting.id))\n"
    "  assert(again.id == meeting.id and again.title == title, again.title)\n"
    "  local ann = assert(meeting:add_participant { name = title,\n"
    "    preset_name = 'group_call_host', custom_participant_id = title })\n"
    "  assert(ann.name == title and ann.token)\n"
    "  local _, _, err = client.meetings:get(ann.id)\n"
    "  assert(err.kind == 'not_found', err)\n"
    "end\n"
    "made = 0\n"
    "return 0\n";

static const char call[] = "made = made + 1\n"
                           "work(..., made)\n"
                           "return made\n";

static const char count[] =
    "local client = require('rtk').new {}\n"
    "return client.meetings:list({ per_page = 1 }).paging.total_count\n";

static void *serve(void *user)
{
  struct worker *worker = user;
  lua_State *L;
  long i;
  (void)pthread_barrier_wait(&start);
  L = state_new(NULL, NULL);
  if (!L)
    return NULL;
  worker->made = state_run(L, prepare, 0);
  for (i = 0; i < calls && worker->made >= 0; i++)
    worker->made = state_run(L, call, worker->number);
  lua_close(L);
  return NULL;
}

/* The number of meetings, as the server has it. */
static long meetings(void)
{
  lua_State *L = state_new(NULL, NULL);
  long result = L ? state_run(L, count, 0) : -1;
  if (L)
    lua_close(L);
  return result;
}

int main(int argc, char **argv)
{
  static struct worker workers[MOST_THREADS];
  int threads = argc == 3 ? atoi(argv[1]) : 0;
  int failed = 0;
  int i;
  if (threads < 1 || threads > MOST_THREADS)
    return 2;
  calls = atol(argv[2]);
  if (pthread_barrier_init(&start, NULL, (unsigned)threads) != 0)
    return 2;
  for (i = 0; i < threads; i++) {
    workers[i].number = i + 1;
    if (pthread_create(&workers[i].thread, NULL, serve, &workers[i]) != 0)
      return 2;
  }
  for (i = 0; i < threads; i++) {
    pthread_join(workers[i].thread, NULL);
    failed += workers[i].made != calls;
  }
  printf("%d threads failed, %ld meetings\n", failed, meetings());
  return failed != 0;
}
