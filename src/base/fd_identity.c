/* SPDX-License-Identifier: MIT */
#include "base/fd_identity.h"
#include "base/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(F_SETSIG) && !defined(RTK_WAIT_POLL)
/* A signal that differs from those of the parent and of the children. */
static void mark(int descriptor)
{
  int count = SIGRTMAX - SIGRTMIN + 1;
  (void)fcntl(descriptor, F_SETSIG,
              SIGRTMIN + (int)(rtk_process_generation() % (unsigned)count));
}

static int mark_of(int descriptor, const struct stat *file)
{
  (void)file;
  return fcntl(descriptor, F_GETSIG);
}
#else
static void mark(int descriptor)
{
  (void)descriptor;
}

/* Sockets of some systems have no inode. */
static int mark_of(int descriptor, const struct stat *file)
{
  (void)descriptor;
  return file->st_ino != 0;
}
#endif

static void read_identity(struct rtk_fd_identity *identity, int descriptor)
{
  struct stat file;
  memset(identity, 0, sizeof *identity);
  if (fstat(descriptor, &file) != 0)
    return;
  identity->device = file.st_dev;
  identity->inode = file.st_ino;
  identity->mark = mark_of(descriptor, &file);
}

void rtk_fd_identity_take(struct rtk_fd_identity *identity, int descriptor)
{
  memset(identity, 0, sizeof *identity);
  if (descriptor < 0)
    return;
  mark(descriptor);
  read_identity(identity, descriptor);
  identity->generation = rtk_process_generation();
}

static bool is_same(const struct rtk_fd_identity *identity, int descriptor)
{
  struct rtk_fd_identity now;
  read_identity(&now, descriptor);
  return now.mark > 0 && now.mark == identity->mark &&
         now.inode == identity->inode && now.device == identity->device;
}

void rtk_fd_identity_close(const struct rtk_fd_identity *identity,
                           int descriptor)
{
  if (descriptor < 0)
    return;
  if (identity->generation == rtk_process_generation() ||
      is_same(identity, descriptor))
    (void)close(descriptor);
}
