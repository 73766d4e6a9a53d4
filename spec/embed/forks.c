/* SPDX-License-Identifier: MIT */
/*
 * A host that forks with a state in its hands, before and after the first call,
 * and children that close all they inherited, as daemons do, and open files.
 *
 *   forks     with the environment that rtk.new reads
 *
 * BASE/echo tells the number of the connection that it was asked over. Prints
 * the connections that were used, in order, with the process that used them.
 */
#include "state.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The descriptors that a child uses for files of its own. */
enum { FIRST_OWN = 3, FIRST_FREE = 40 };

static const char prepare[] =
    "client = assert(require('rtk').new { max_retries = 0 })\n"
    "return 0\n";

static const char call[] =
    "return tonumber(assert(client:request { path = '/echo' }).connection)\n";

/* For children that have files of their own. */
static const char nothing[] = "return 0\n";
static const char use[] = "assert(client:request { path = '/echo' })\n"
                          "return 0\n";
static const char discard[] = "client = nil\n"
                              "collectgarbage()\n"
                              "collectgarbage()\n"
                              "return 0\n";

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

/* Closes all and opens other files: of those that have one inode, too. */
static int replace_descriptors(ino_t *inodes)
{
  int fd;
  for (fd = FIRST_OWN; fd < FIRST_FREE; fd++)
    (void)close(fd);
  for (fd = FIRST_OWN; fd < FIRST_FREE; fd++) {
    struct stat file;
    FILE *temporary = fd % 2 == 0 ? tmpfile() : NULL;
    int opened =
        temporary ? fileno(temporary) : eventfd((unsigned)fd, EFD_NONBLOCK);
    if (opened != fd || fstat(fd, &file) != 0)
      return 0;
    inodes[fd] = file.st_ino;
  }
  return 1;
}

/* How many descriptors do not stand for what they did. */
static int count_lost(const ino_t *inodes)
{
  int lost = 0;
  int fd;
  for (fd = FIRST_OWN; fd < FIRST_FREE; fd++) {
    struct stat file;
    eventfd_t value = 0;
    int is_there = fstat(fd, &file) == 0 && file.st_ino == inodes[fd];
    if (is_there && fd % 2 != 0)
      is_there = eventfd_read(fd, &value) == 0 && value == (eventfd_t)fd;
    lost += !is_there;
  }
  return lost;
}

/* 1 if a child that replaced its descriptors keeps them, whatever it does. */
static int child_keeps_files(lua_State *L, const char *script)
{
  int status = 1;
  pid_t pid = fork();
  if (pid == 0) {
    ino_t inodes[FIRST_FREE];
    int ok = replace_descriptors(inodes) && state_run(L, script, 0) >= 0;
    int lost;
    lua_close(L);
    lost = count_lost(inodes);
    if (lost > 0)
      (void)fprintf(stderr, "%d descriptors lost after %s", lost, script);
    _exit(ok && lost == 0 ? 0 : 1);
  }
  return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

int main(void)
{
  lua_State *L = state_new(NULL, NULL);
  int ok = L && state_run(L, prepare, 0) == 0 && child_connects(L) &&
           connects(L, "parent") && child_connects(L) && child_connects(L) &&
           connects(L, "parent") && child_keeps_files(L, nothing) &&
           child_keeps_files(L, use) && child_keeps_files(L, discard);
  if (L)
    lua_close(L);
  return ok ? 0 : 1;
}
