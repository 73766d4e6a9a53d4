/* SPDX-License-Identifier: MIT */
/*
 * A host that has handlers for SIGPIPE and SIGALRM, and a timer that fires all
 * the time.
 *
 *   signals FAULTS CA     with the environment that rtk.new reads
 *
 * BASE/slow is asked for, which takes a while; then FAULTS/reset, where the
 * connection breaks while it is written to; CA is a file with certificates.
 * Prints how often each handler ran, and whether they are still in place.
 */
#include "state.h"

#include <lauxlib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#define INTERVAL_US 2000
/* Alarms that have to come during calls, and how many calls a machine may take
   that does not run this for most of the time. */
#define FEW_ALARMS 10
#define MOST_CALLS 100

static volatile sig_atomic_t alarms;
static volatile sig_atomic_t pipes;

static void on_alarm(int number)
{
  (void)number;
  alarms++;
}

static void on_pipe(int number)
{
  (void)number;
  pipes++;
}

static const char slow[] =
    "local client = assert(require('rtk').new { max_retries = 0 })\n"
    "local reply = assert(client:request { path = '/slow',\n"
    "  query = { ms = 300 } })\n"
    "assert(reply.method == 'GET')\n"
    "client:close()\n"
    "return 1\n";

static const char breaks[] =
    "local client = assert(require('rtk').new { max_retries = 0,\n"
    "  base_url = faults, ca_file = ca_file })\n"
    "local errors = 0\n"
    "for _ = 1, 10 do\n"
    "  local reply, _, err = client:request { method = 'POST',\n"
    "    path = '/reset', body = { text = ('x'):rep(8e6) } }\n"
    "  if not reply and err.kind == 'connection' then errors = errors + 1 end\n"
    "end\n"
    "client:close()\n"
    "return errors\n";

/* Installs a handler that does not ask for calls to be restarted. */
static int handle(int number, void (*handler)(int))
{
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  return sigaction(number, &action, NULL) == 0;
}

static int is_handled_by(int number, void (*handler)(int))
{
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == handler;
}

static int start_timer(void)
{
  struct itimerval timer;
  timer.it_value.tv_sec = timer.it_interval.tv_sec = 0;
  timer.it_value.tv_usec = timer.it_interval.tv_usec = INTERVAL_US;
  return setitimer(ITIMER_REAL, &timer, NULL) == 0;
}

/* How many alarms came during slow calls, or -1 when one failed. */
static int alarms_during_calls(lua_State *L)
{
  int before = alarms;
  int calls;
  for (calls = 0; calls < MOST_CALLS && alarms - before <= FEW_ALARMS; calls++)
    if (state_run(L, slow, 0) != 1)
      return -1;
  return alarms - before;
}

int main(int argc, char **argv)
{
  lua_State *L;
  long errors;
  int during_slow;
  if (argc != 3 || !handle(SIGALRM, on_alarm) || !handle(SIGPIPE, on_pipe) ||
      !start_timer())
    return 2;
  L = state_new(NULL, NULL);
  if (!L)
    return 1;
  lua_pushstring(L, argv[1]);
  lua_setglobal(L, "faults");
  lua_pushstring(L, argv[2]);
  lua_setglobal(L, "ca_file");
  during_slow = alarms_during_calls(L);
  if (during_slow < 0)
    return 1;
  errors = state_run(L, breaks, 0);
  lua_close(L);
  printf("%d alarms, %ld errors, %d pipes, %s\n", during_slow, errors,
         (int)pipes,
         is_handled_by(SIGALRM, on_alarm) && is_handled_by(SIGPIPE, on_pipe)
             ? "handlers kept"
             : "handlers lost");
  return errors < 0;
}
