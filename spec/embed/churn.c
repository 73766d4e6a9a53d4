/* SPDX-License-Identifier: MIT */
/*
 * Opens and closes states, one after the other, each with rtk and a transport.
 * In each tenth a client owns it and makes a call. The others have no Lua
 * layer: loading it takes nearly all of a state's time, and what it keeps is
 * memory of Lua's, which a state gives back as a whole.
 *
 *   churn COUNT     with the environment that rtk.new reads
 *
 * Prints "GROWTH kB, DESCRIPTORS, SECONDS": how much the resident memory and
 * the number of descriptors grew between a tenth of the way and the end.
 */
#include "state.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* How many states there are to one with a client. */
#define STATES_PER_CLIENT 10

static const char calls[] =
    "local client = assert(require('rtk').new { max_retries = 0 })\n"
    "assert(client.meetings:list { per_page = 1 })\n"
    "return 1\n";

static const char opens_transport[] = "transport = assert(core.transport {})\n"
                                      "return 1\n";

/* Kilobytes of resident memory, or -1. What malloc holds free is not counted:
   how much that is hangs on the order of allocations. */
static long resident(void)
{
  FILE *file;
  long pages = -1;
#ifdef __GLIBC__
  (void)malloc_trim(0);
#endif
  file = fopen("/proc/self/statm", "r");
  if (!file)
    return -1;
  if (fscanf(file, "%*s %ld", &pages) != 1)
    pages = -1;
  fclose(file);
  return pages < 0 ? -1 : pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int one_state(long number)
{
  int has_client = number % STATES_PER_CLIENT == 0;
  lua_State *L = has_client ? state_new(NULL, NULL) : state_new_core();
  long result =
      L ? state_run(L, has_client ? calls : opens_transport, number) : -1;
  if (L)
    lua_close(L);
  return result == 1;
}

static double now(void)
{
  struct timespec time;
  (void)clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
  long count = argc == 2 ? atol(argv[1]) : 0;
  long memory = 0;
  int descriptors = 0;
  double started = now();
  long i;
  for (i = 1; i <= count; i++) {
    if (!one_state(i))
      return 1;
    if (i == count / 10) {
      /* Counting takes memory itself, the first time. */
      descriptors = state_descriptors();
      memory = resident();
    }
  }
  printf("%ld kB, %d descriptors, %.1f s\n", resident() - memory,
         state_descriptors() - descriptors, now() - started);
  return 0;
}
