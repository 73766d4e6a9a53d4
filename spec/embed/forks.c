/* SPDX-License-Identifier: MIT */
/*
 * A host that forks with a state in its hands, before and after the first call.
 *
 *   forks     with the environment that rtk.new reads
 *
 * BASE/echo tells the number of the connection that it was asked over. Prints
 * the connections that were used, in order, with the process that used them.
 */
#include "state.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const char prepare[] =
    "client = assert(require('rtk').new { max_retries = 0 })\n"
    "return 0\n";

static const char call[] =
    "return tonumber(assert(client:request { path = '/echo' }).connection)\n";

static int connects(lua_State *L, const char *who)
{
  long connection = state_run(L, call, 0);
  printf("%s %ld\n", who, connection);
  fflush(stdout);
  return connection > 0;
}

/* Two calls in a child, which then closes the state; 1 if all went well. */
static int child_connects(lua_State *L)
{
  int status = 1;
  pid_t pid = fork();
  if (pid == 0) {
    int ok = connects(L, "child") && connects(L, "child");
    lua_close(L);
    _exit(ok ? 0 : 1);
  }
  return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

int main(void)
{
  lua_State *L = state_new(NULL, NULL);
  int ok = L && state_run(L, prepare, 0) == 0 && child_connects(L) &&
           connects(L, "parent") && child_connects(L) && child_connects(L) &&
           connects(L, "parent");
  if (L)
    lua_close(L);
  return ok ? 0 : 1;
}
