/* SPDX-License-Identifier: MIT */
#include "system/mapping.h"

#ifdef __linux__

#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* In an entry of the page map: the page is in memory, and from a file. */
#define IS_PRESENT ((uint64_t)1 << 63)
#define IS_OF_FILE ((uint64_t)1 << 61)

static uintptr_t page_bytes(void)
{
  return (uintptr_t)sysconf(_SC_PAGESIZE);
}

bool rtk_mapping_is_of_file(const void *address)
{
  uint64_t entry = 0;
  off_t place = (off_t)((uintptr_t)address / page_bytes() * sizeof entry);
  int map = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  ssize_t count;
  if (map < 0)
    return false;
  count = pread(map, &entry, sizeof entry, place);
  (void)close(map);
  return count == sizeof entry && (entry & IS_PRESENT) && (entry & IS_OF_FILE);
}

void rtk_mapping_release(const void *data, size_t size)
{
  size_t page = page_bytes();
  size_t before = (page - (uintptr_t)data % page) % page;
  size_t after = ((uintptr_t)data + size) % page;
  if (before + after < size)
    (void)madvise((char *)data + before, size - before - after, MADV_DONTNEED);
}

#else

bool rtk_mapping_is_of_file(const void *address)
{
  (void)address;
  return false;
}

void rtk_mapping_release(const void *data, size_t size)
{
  (void)data;
  (void)size;
}

#endif
