/* SPDX-License-Identifier: MIT */
/*
 * Lets Lua run out of memory at every single allocation of whole calls: those
 * that succeed, are refused, are tried again, get lost, or walk a list.
 *
 * The jobs are those of spec/embed/oom_jobs.lua; the environment names the
 * emulator that they call. For each job a state is made whose allocator refuses
 * the n-th allocation (from then on: Lua raises; or once: Lua collects and
 * tries again), for n = 1, 2, ... until the job no longer gets that far. It
 * ends with success or because memory was refused, never with anything else.
 * After each round the same job must succeed in the same state, and closing the
 * state must give back every byte. Leaks of C memory are for the sanitizer or
 * valgrind to find, under which this runs too.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct allocator {
  size_t in_use;     /* bytes handed out */
  long count;        /* allocations since armed */
  long refuse_at;    /* which one to refuse; 0 when not armed */
  int refuse_beyond; /* and all that follow */
  int refused;       /* whether it came to that */
};

static int refuses(struct allocator *allocator)
{
  if (!allocator->refuse_at)
    return 0;
  allocator->count++;
  if (allocator->count < allocator->refuse_at)
    return 0;
  if (allocator->count > allocator->refuse_at && !allocator->refuse_beyond)
    return 0;
  allocator->refused = 1;
  return 1;
}

/*
 * Before each block stands its size: what LuaJIT says of the size of a block
 * is not always right once it had been refused memory.
 */
union header {
  size_t size;
  max_align_t align;
};

static void *allocate(void *context, void *old, size_t old_size, size_t size)
{
  struct allocator *allocator = context;
  union header *header = old ? (union header *)old - 1 : NULL;
  old_size = header ? header->size : 0;
  if (size == 0) {
    allocator->in_use -= old_size;
    free(header);
    return NULL;
  }
  if (size > old_size && refuses(allocator))
    return NULL;
  header = realloc(header, sizeof *header + size);
  if (!header)
    return NULL;
  allocator->in_use += size - old_size;
  header->size = size;
  return header + 1;
}

static int fail(lua_State *L, const char *job, long n, const char *what)
{
  fprintf(stderr, "%s, allocation %ld: %s: %s\n", job, n, what,
          L ? lua_tostring(L, -1) : "");
  return -1;
}

/* Leaves the job on the stack. */
static int load_job(lua_State *L, const char *job)
{
  luaL_openlibs(L);
  lua_getglobal(L, "require");
  lua_pushliteral(L, "spec.embed.oom_jobs");
  if (lua_pcall(L, 1, 1, 0) != 0)
    return -1;
  lua_getfield(L, -1, job);
  return 0;
}

/* Calls one of the job's functions if it has it: a status, and its message. */
static int call_job(lua_State *L, const char *function)
{
  lua_getfield(L, -1, function);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return 0;
  }
  return lua_pcall(L, 0, 0, 0);
}

static int is_out_of_memory(lua_State *L)
{
  const char *message = lua_tostring(L, -1);
  return message && strstr(message, "not enough memory");
}

/*
 * Runs the job with allocation n refused, then again without: 1 when memory was
 * refused, 0 when the job ended before, -1 on failure.
 */
static int run_job(lua_State *L, struct allocator *allocator, const char *job,
                   long n)
{
  int status = call_job(L, "before");
  if (status != 0)
    return fail(L, job, n, "cannot be prepared");
  allocator->count = 0;
  allocator->refused = 0;
  allocator->refuse_at = n;
  status = call_job(L, "run");
  allocator->refuse_at = 0;
  if (status != 0 && !allocator->refused)
    return fail(L, job, n, "failed without being refused memory");
  if (status != 0 && !is_out_of_memory(L))
    return fail(L, job, n, "failed with another error");
  if (status != 0)
    lua_pop(L, 1);
  if (call_job(L, "before") != 0 || call_job(L, "run") != 0)
    return fail(L, job, n, "does not work afterwards");
  return allocator->refused;
}

/*
 * One round in a state of its own: first, when all is new, with everything
 * refused from allocation n on, then with that one only. Returns as run_job.
 */
static int round_of(const char *job, long n)
{
  struct allocator allocator = {0};
  lua_State *L = lua_newstate(allocate, &allocator);
  int first;
  int second = 0;
  if (!L)
    return fail(NULL, job, n, "no state");
  if (load_job(L, job) != 0)
    return fail(L, job, n, "cannot load");
  allocator.refuse_beyond = 1;
  first = run_job(L, &allocator, job, n);
  allocator.refuse_beyond = 0;
  if (first >= 0)
    second = run_job(L, &allocator, job, n);
  lua_close(L);
  if (first < 0 || second < 0)
    return -1;
  if (allocator.in_use != 0)
    return fail(NULL, job, n, "Lua memory is left");
  return first || second;
}

int main(void)
{
  static const char *const jobs[] = {"decode",   "unseen",   "encode", "create",
                                     "refusal",  "retry",    "lost",   "each",
                                     "download", "signature"};
  size_t job;
  for (job = 0; job < sizeof jobs / sizeof *jobs; job++) {
    long n = 1;
    int refused;
    while ((refused = round_of(jobs[job], n)) > 0)
      n++;
    if (refused < 0)
      return 1;
    printf("%s: each of %ld allocations refused, alone and with all that "
           "follow\n",
           jobs[job], n - 1);
  }
  return 0;
}
