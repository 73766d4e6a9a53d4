/* SPDX-License-Identifier: MIT */
/*
 * Waits for the sockets and the timer of one libcurl multi handle.
 *
 * A wait set holds curl's sockets. Once a descriptor for a host's event loop
 * was asked for, it has an alarm as well, so that this one descriptor is
 * readable whenever there is something to do. Until then deadlines are kept in
 * user space, which costs no system calls.
 *
 * curl takes a kept-alive socket out at the end of each request and puts it
 * back at the start of the next. To make that free, a socket that curl opened
 * through the poller stays in the set, and leaves it only when it
 * reports something while curl is not interested, or when it is closed. Sockets
 * of other origin (the resolver's) may be closed behind the poller's back and
 * are always taken out at once.
 *
 * While a transfer resolves, connects or shakes hands, curl may open a socket
 * for the next address of a host without reporting it. So meanwhile no wait is
 * longer than 50 ms, after which the engine makes curl check all transfers.
 *
 * Nothing here raises or calls Lua. The memory of the struct must not move
 * while a multi handle is attached.
 */
#ifndef RTK_POLLER_H
#define RTK_POLLER_H

#include "system/wait_set.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

struct rtk_poller_watch; /* what is known of one descriptor */

struct rtk_poller {
  struct rtk_wait_set *set;         /* NULL while closed */
  bool is_shared;                   /* an event loop has its descriptor */
  struct rtk_poller_watch *watches; /* indexed by descriptor */
  uint16_t *ports;       /* likewise: the local port; 0 until asked for */
  int size;              /* of both */
  bool has_unknown_port; /* some socket may not have been asked */
  int64_t deadline;      /* when curl wants to be called */
  int connecting;        /* transfers of which nothing was sent yet */
  int64_t next_check;    /* when to check those; never if there are none */
  bool has_early;        /* some reply began before its request was sent */
  int due;               /* streams that are due to be reported */
  int error;             /* errno of a socket that could not be watched, or 0 */
  int open_error; /* errno of the newest socket that was asked for, or 0 */
};

/* A socket that is ready, in the terms of curl_multi_socket_action. */
struct rtk_poller_event {
  curl_socket_t socket;
  int flags;
};

/* Makes a closed poller; acquires nothing. */
void rtk_poller_init(struct rtk_poller *poller);

/* Opens the set. Returns 0 or an errno. */
int rtk_poller_open(struct rtk_poller *poller);

/* Closes what it opened, after the multi handle is gone. Idempotent. */
void rtk_poller_close(struct rtk_poller *poller);

/*
 * In a child of fork: closes the inherited descriptors that the child has not
 * closed itself; the parent keeps its own. The poller is closed then.
 */
void rtk_poller_detach_after_fork(struct rtk_poller *poller);

/* Makes the multi handle report its sockets and timer here. */
void rtk_poller_attach(struct rtk_poller *poller, CURLM *multi);

/* Makes the easy handle close its sockets here. */
void rtk_poller_attach_easy(struct rtk_poller *poller, CURL *easy);

/* Opens a socket for an attached easy handle; or CURL_SOCKET_BAD. */
curl_socket_t rtk_poller_open_socket(struct rtk_poller *poller,
                                     const struct curl_sockaddr *address);

/*
 * Notes for how long, from now on, the peer keeps the connection of a transfer
 * while it is idle; -1 if it does not say.
 */
void rtk_poller_limit_idle(struct rtk_poller *poller, const CURL *easy,
                           int64_t duration);

/*
 * True if the peer has closed, or is about to close, a socket that has this
 * local port; or if the machine was suspended since it was opened, so that the
 * peer, or what is on the way to it, may have forgotten it.
 */
bool rtk_poller_is_closed(struct rtk_poller *poller, int local_port);

/* The CURL_CSELECT_ flags that curl waits for at a socket. */
int rtk_poller_wanted(const struct rtk_poller *poller, curl_socket_t socket);

/*
 * The socket at which curl waits for a transfer for these events exactly, as
 * CURL_CSELECT_ flags; or CURL_SOCKET_BAD.
 */
curl_socket_t rtk_poller_find(const struct rtk_poller *poller, const CURL *easy,
                              int wanted);

/* The descriptor for an event loop, or -1 and errno. */
int rtk_poller_fd(struct rtk_poller *poller);

/* True if an event loop has the descriptor. */
bool rtk_poller_is_shared(const struct rtk_poller *poller);

/*
 * True if curl has to check the transfers that are connecting. Sets the time of
 * the next check; to be called after curl was.
 */
bool rtk_poller_is_check_due(struct rtk_poller *poller, int64_t now);

/*
 * Makes the descriptor readable at that moment, if it is shared, or at curl's
 * deadline or the next check if that is earlier. It may be readable earlier
 * than that.
 */
void rtk_poller_arm(struct rtk_poller *poller, int64_t moment);

/* Disables all deadlines for the descriptor: nothing is in flight. */
void rtk_poller_disarm(struct rtk_poller *poller);

/*
 * Waits for sockets until that moment, curl's deadline or the next check.
 * Returns how many events were stored, or -1 if a signal came.
 */
int rtk_poller_wait(struct rtk_poller *poller, int64_t until,
                    struct rtk_poller_event *events, int size);

#endif
