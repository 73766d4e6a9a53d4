/* SPDX-License-Identifier: MIT */
#include "base/fd_identity.h"
#include "base/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A signal that differs from those of the parent and of the children. */
static int mark_of_process(void)
{
  int count = SIGRTMAX - SIGRTMIN + 1;
  return SIGRTMIN + (int)(rtk_process_generation() % (unsigned)count);
}

static void read_identity(struct rtk_fd_identity *identity, int descriptor)
{
  struct stat file;
  memset(identity, 0, sizeof *identity);
  if (fstat(descriptor, &file) != 0)
    return;
  identity->device = file.st_dev;
  identity->inode = file.st_ino;
  identity->mark = fcntl(descriptor, F_GETSIG);
}

void rtk_fd_identity_take(struct rtk_fd_identity *identity, int descriptor)
{
  memset(identity, 0, sizeof *identity);
  if (descriptor < 0)
    return;
  (void)fcntl(descriptor, F_SETSIG, mark_of_process());
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
