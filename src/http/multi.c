/* SPDX-License-Identifier: MIT */
#include "http/multi.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* QUICK_EXIT of multi handles came with 8.20. */
#define HAS_QUICK_EXIT (LIBCURL_VERSION_NUM >= 0x081400)

/* The lowest descriptor that is free, or -1. */
static int lowest_free(const struct rtk_poller *poller)
{
  return fcntl(poller->epoll, F_DUPFD_CLOEXEC, 0);
}

static void close_on_exec(int descriptor)
{
  int domain = AF_UNSPEC;
  socklen_t size = sizeof domain;
  if (getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
      domain == AF_UNIX)
    (void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

/*
 * libcurl (7.88) gives each multi handle a pair of Unix sockets that programs
 * run from here would inherit. No interface tells which, but they are the two
 * lowest free descriptors, unless another thread was faster; then the worst
 * that can happen is that they are inherited.
 */
static CURLM *new_closed_on_exec(const struct rtk_poller *poller)
{
  int first = lowest_free(poller);
  int second = lowest_free(poller);
  CURLM *multi;
  if (first >= 0)
    (void)close(first);
  if (second >= 0)
    (void)close(second);
  multi = curl_multi_init();
  close_on_exec(first);
  close_on_exec(second);
  return multi;
}

CURLM *rtk_multi_new(struct rtk_poller *poller, long max_connections)
{
  CURLM *multi = new_closed_on_exec(poller);
  if (!multi)
    return NULL;
  rtk_poller_attach(poller, multi);
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max_connections);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, max_connections);
#if HAS_QUICK_EXIT
  /* As in handle.c, where resolver threads belong to the multi handle. */
  curl_multi_setopt(multi, CURLMOPT_QUICK_EXIT, 1L);
#endif
  return multi;
}
