/* SPDX-License-Identifier: MIT */
/*
 * What Linux has and other systems lack or call differently. The other way is
 * chosen there, and with -DRTK_WAIT_POLL on Linux as well (`make WAIT=poll`).
 *
 * Nothing here raises.
 */
#ifndef RTK_PORTABLE_H
#define RTK_PORTABLE_H

#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#if defined(__linux__) && !defined(RTK_WAIT_POLL)
#define RTK_HAS_EPOLL 1
#else
#define RTK_HAS_EPOLL 0
#endif

/* A socket that programs do not inherit, or -1 and errno. */
int rtk_portable_socket(int domain, int type, int protocol);

/* Starts a thread with a small stack that handles no signals of the host.
   Returns 0 or an errno. */
int rtk_portable_start_thread(pthread_t *thread, void *(*run)(void *),
                              void *user);

/* Makes a descriptor non-blocking. False and errno if that fails. */
bool rtk_portable_unblock(int descriptor);

/* A pipe that programs do not inherit, of which neither end blocks: its end to
   read and its end to write. Returns 0 or an errno. */
int rtk_portable_pipe(int ends[2]);

/* A connection that programs do not inherit and that does not block; or -1 and
   errno. */
int rtk_portable_accept(int socket);

/* Makes writing to a closed socket cause no SIGPIPE, where that is one of its
   options. */
void rtk_portable_prevent_sigpipe(int socket);

/* Sends a byte without blocking or a SIGPIPE. False if the other end is
   closed. */
bool rtk_portable_send_byte(int socket);

/* As poll, with nanoseconds. */
int rtk_portable_poll(struct pollfd *pollfds, nfds_t count, int64_t duration);

/* Milliseconds until the moment, rounded up; -1 if it never comes. */
int rtk_portable_milliseconds(int64_t moment);

/* An environment variable that no user of a privileged program can set. */
const char *rtk_portable_getenv(const char *name);

/* Bytes that nobody outside of the process can guess, at most 256; where the
   system has none, bytes of the clock. */
void rtk_portable_random(void *bytes, size_t size);

/* When a file was changed last. */
struct timespec rtk_portable_modified(const struct stat *status);

/* Whether the peer has shut its end of a socket, whatever is to be read. */
bool rtk_portable_is_shut(int socket);

/* Whether the other end of a Unix socket is this process. Where the system does
   not tell, it is taken to be so. */
bool rtk_portable_is_own_process(int socket);

#endif
