/* SPDX-License-Identifier: MIT */
#include "file/write_at.h"

#include <errno.h>
#include <unistd.h>

int rtk_write_at(int fd, int64_t *offset, const char *data, size_t size)
{
  while (size > 0) {
    ssize_t written = pwrite(fd, data, size, (off_t)*offset);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return written < 0 ? errno : EIO;
    *offset += written;
    data += written;
    size -= (size_t)written;
  }
  return 0;
}
