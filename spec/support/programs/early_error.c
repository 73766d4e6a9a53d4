/* SPDX-License-Identifier: MIT */
/*
 * Stands before the C library (LD_PRELOAD) for one moment that cannot be
 * arranged: epoll looks at a socket after the kernel noted that it was reset
 * and before the kernel closed it, and reports the error alone.
 */
#include <dlfcn.h>
#include <sys/epoll.h>

typedef int epoll_wait_function(int, struct epoll_event *, int, int);

int epoll_wait(int epoll, struct epoll_event *events, int size, int timeout)
{
  epoll_wait_function *wait =
      (epoll_wait_function *)dlsym(RTLD_NEXT, "epoll_wait");
  int count = wait(epoll, events, size, timeout);
  int i;
  for (i = 0; i < count; i++)
    if (events[i].events & EPOLLERR)
      events[i].events = EPOLLERR;
  return count;
}
