/* SPDX-License-Identifier: MIT */
/*
 * Keys in threads, and with an OpenSSL that runs out of memory.
 *
 *   keys COUNT STEP     with a private key in SIGNING_KEY
 *
 * First 8 threads, each with a state of its own, make keys, sign and verify
 * COUNT times. Then OpenSSL is refused its n-th allocation, alone and with all
 * that follow, for n = 1, 2, ... until the same work no longer gets that far;
 * of the thousands of allocations that read a key, each STEP-th. Each function
 * must succeed or give a message: a good signature must never become a bad one,
 * nor a bad one a good one. Prints how many threads failed, the number of
 * allocations, and the kilobytes that OpenSSL kept.
 */
#include "state.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 8

/*
 * The work in parts: 0 makes keys and keeps them, 1 reads the public key, 2 the
 * private one, 3 signs, 4 verifies. Each returns 1, or 0 when OpenSSL failed.
 */
static const char work[] =
    "local core = require('rtk.core')\n"
    "local pem = os.getenv('SIGNING_KEY')\n"
    "local failed = 0\n"
    "local function result(value, message)\n"
    "  if value == nil then\n"
    "    assert(type(message) == 'string' and #message > 10, message)\n"
    "    failed = failed + 1\n"
    "  end\n"
    "  return value\n"
    "end\n"
    "local parts = {}\n"
    "parts[0] = function()\n"
    "  private = assert(core.private_key(pem))\n"
    "  public = assert(core.public_key(assert(private:public_pem())))\n"
    "  signature = assert(private:sign('text'))\n"
    "  public_pem = public:public_pem()\n"
    "end\n"
    "parts[1] = function()\n"
    "  result(core.public_key(public_pem))\n"
    "  local text = result(public:public_pem())\n"
    "  assert(text == nil or text == public_pem)\n"
    "end\n"
    "parts[2] = function()\n"
    "  result(core.private_key(pem))\n"
    "  local text = result(private:private_pem())\n"
    "  assert(text == nil or text == pem)\n"
    "end\n"
    "parts[3] = function()\n"
    "  local made = result(private:sign('text'))\n"
    "  assert(made == nil or made == signature)\n"
    "  local digest = result(core.sha256('text'))\n"
    "  assert(not digest or #digest == 64)\n"
    "end\n"
    "parts[4] = function()\n"
    "  assert(result(public:verify('text', signature)) ~= false)\n"
    "  assert(result(public:verify('text ', signature)) ~= true)\n"
    "  local wrong = ('A'):rep(342) .. '=='\n"
    "  assert(result(private:verify('text', wrong)) ~= true)\n"
    "end\n"
    "parts[...]()\n"
    "collectgarbage()\n"
    "collectgarbage()\n"
    "return failed == 0 and 1 or 0\n";

#define SIGNING 3
#define LAST_PART 4

/* Before each block stands its size. */
union header {
  size_t size;
  max_align_t align;
};

static atomic_long in_use;
static long allocations; /* since armed */
static long refuse_at;   /* which one to refuse; 0 when not armed */
static int refuse_beyond;

static int refuses(void)
{
  if (!refuse_at)
    return 0;
  allocations++;
  return allocations == refuse_at || (refuse_beyond && allocations > refuse_at);
}

static void release(void *block, const char *file, int line)
{
  union header *header = block ? (union header *)block - 1 : NULL;
  (void)file;
  (void)line;
  if (header)
    in_use -= (long)header->size;
  free(header);
}

static void *allocate(size_t size, const char *file, int line)
{
  union header *header = refuses() ? NULL : malloc(sizeof *header + size);
  (void)file;
  (void)line;
  if (!header)
    return NULL;
  header->size = size;
  in_use += (long)size;
  return header + 1;
}

static void *reallocate(void *block, size_t size, const char *file, int line)
{
  void *copy = size ? allocate(size, file, line) : NULL;
  if (copy && block) {
    size_t old = ((union header *)block)[-1].size;
    memcpy(copy, block, old < size ? old : size);
  }
  if (copy || !size)
    release(block, file, line);
  return copy;
}

/* Before OpenSSL's first allocation. */
static int take_over_memory(void)
{
  int (*set)(void *(*)(size_t, const char *, int),
             void *(*)(void *, size_t, const char *, int),
             void (*)(void *, const char *, int));
  *(void **)&set = dlsym(RTLD_DEFAULT, "CRYPTO_set_mem_functions");
  return set && set(allocate, reallocate, release);
}

static long count;

static void *serve(void *result)
{
  lua_State *L = state_new(NULL, NULL);
  long i;
  for (i = 0; L && i < count; i++) {
    long part;
    for (part = 0; part <= LAST_PART; part++) {
      if (state_run(L, work, part) != 1)
        break;
    }
    if (part <= LAST_PART)
      break;
  }
  *(int *)result = i == count;
  if (L)
    lua_close(L);
  return NULL;
}

static int failed_threads(void)
{
  pthread_t threads[THREADS];
  int worked[THREADS];
  int failed = 0;
  int i;
  for (i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, serve, &worked[i]) != 0)
      exit(2);
  }
  for (i = 0; i < THREADS; i++) {
    pthread_join(threads[i], NULL);
    failed += !worked[i];
  }
  return failed;
}

/* A part of the work with one allocation refused, then with none. */
static void round_of(lua_State *L, long part, long n, int beyond)
{
  long result;
  allocations = 0;
  refuse_beyond = beyond;
  refuse_at = n;
  result = state_run(L, work, part);
  refuse_at = 0;
  /* OpenSSL may have left a private key behind that signs no more. */
  if (result == 0 && part == SIGNING)
    (void)state_run(L, work, 0);
  if (result < 0 || state_run(L, work, part) != 1) {
    fprintf(stderr, "part %ld, allocation %ld%s\n", part, n,
            beyond ? " and all that follow" : "");
    exit(1);
  }
}

/* Returns how many allocations the part makes. */
static long refuse_each(lua_State *L, long part, long step)
{
  long n = 1 - step;
  do {
    n += step;
    round_of(L, part, n, 1);
    round_of(L, part, n, 0);
  } while (allocations >= n);
  return n - 1;
}

int main(int argc, char **argv)
{
  lua_State *L;
  long part;
  long refused = 0;
  long before;
  int failed;
  if (argc != 3 || !take_over_memory())
    return 2;
  count = atol(argv[1]);
  failed = failed_threads();
  L = state_new(NULL, NULL);
  for (part = 0; part <= LAST_PART; part++) {
    if (!L || state_run(L, work, part) != 1)
      return 2;
  }
  before = in_use;
  for (part = 1; part <= LAST_PART; part++)
    refused += refuse_each(L, part, part < 3 ? atol(argv[2]) : 1);
  printf("%d threads failed, %ld allocations, %ld kB kept\n", failed, refused,
         (in_use - before) / 1024);
  lua_close(L);
  return 0;
}
