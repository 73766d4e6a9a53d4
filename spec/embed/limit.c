/* SPDX-License-Identifier: MIT */
/*
 * A state that gets no more than a number of bytes.
 *
 *   limit BYTES     with the environment that rtk.new reads
 *
 * BASE/small.json and BASE/large.json are asked for; the latter takes more than
 * BYTES as Lua tables. Prints what came of it and the most memory that was
 * used.
 */
#include "state.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct budget {
  size_t in_use;
  size_t limit;
  size_t most;
};

/* Before each block, because the size that LuaJIT tells is wrong for a closure
   for whose upvalues there was no memory. */
union head {
  size_t size;
  max_align_t aligned;
};

static void *allocate(void *context, void *old, size_t old_size, size_t size)
{
  struct budget *budget = context;
  union head *head = old ? (union head *)old - 1 : NULL;
  size_t before = head ? head->size : 0;
  (void)old_size;
  if (size == 0) {
    budget->in_use -= before;
    free(head);
    return NULL;
  }
  if (size > before && budget->in_use - before + size > budget->limit)
    return NULL;
  head = realloc(head, sizeof *head + size);
  if (!head)
    return NULL;
  head->size = size;
  budget->in_use = budget->in_use - before + size;
  if (budget->in_use > budget->most)
    budget->most = budget->in_use;
  return head + 1;
}

/* When LuaJIT's machine code is refused memory, LuaJIT looks for the frame of
   the function on the stack, where that code may not have stored it yet, and
   crashes. Its interpreter has stored it. */
static const char interprets[] = "if jit then jit.off() end\n"
                                 "return 1\n";

static const char works[] =
    "client = client or assert(require('rtk').new { max_retries = 0 })\n"
    "local reply = assert(client:request { path = '/small.json' })\n"
    "assert(reply.success == true)\n"
    "return 1\n";

/* Fails in the middle of a call, or of what is done with the reply. */
static const char keeps_too_much[] =
    "local ok, message = pcall(function()\n"
    "  local kept = {}\n"
    "  while true do\n"
    "    kept[#kept + 1] = assert(client:request { path = '/small.json' })\n"
    "  end\n"
    "end)\n"
    "assert(not ok and message:find 'not enough memory', message)\n"
    "return 1\n";

static const char asks_too_much[] =
    "local reply, _, err = client:request { path = '/large.json' }\n"
    "assert(not reply and err.kind == 'too_large', err)\n"
    "assert(err.message:find 'not enough memory for the reply', err)\n"
    "return 1\n";

int main(int argc, char **argv)
{
  static const char *const steps[] = {
      interprets,    works, keeps_too_much, works,
      asks_too_much, works, asks_too_much,  works};
  struct budget budget = {0, 0, 0};
  lua_State *L;
  size_t i;
  if (argc != 2)
    return 2;
  budget.limit = (size_t)atol(argv[1]);
  L = state_new(allocate, &budget);
  if (!L)
    return 1;
  for (i = 0; i < sizeof steps / sizeof *steps; i++) {
    if (state_run(L, steps[i], 0) != 1)
      return 1;
    /* LuaJIT does not do so by itself when it is refused memory. */
    lua_gc(L, LUA_GCCOLLECT, 0);
  }
  lua_close(L);
  printf("%zu of %zu bytes at most, %zu left\n", budget.most, budget.limit,
         budget.in_use);
  return 0;
}
