/* SPDX-License-Identifier: MIT */
/*
 * The C half of a transport: a multi handle, its poller and its requests.
 *
 * A request is idle, waiting, in flight or finished, and in the list of that
 * name. Only requests in flight are in the multi handle, at most
 * max_connections; later ones wait in the order of submission. So libcurl never
 * queues a request, and connect_timeout starts when the request may open a
 * connection. Finished requests stay until the Lua half has made results of
 * them.
 *
 * Nothing here raises or calls Lua, so each function runs to its end. Every
 * function but init first detects a fork and then starts afresh.
 */
#ifndef RTK_ENGINE_H
#define RTK_ENGINE_H

#include "http/deadlines.h"
#include "request/requests_by_id.h"
#include "tls/host_tls.h"

struct rtk_engine {
  CURLM *multi; /* NULL while closed */
  struct rtk_poller poller;
  struct rtk_host_tls_errors tls_errors; /* empty after every function */
  struct rtk_request_list idle, waiting, in_flight, finished;
  struct rtk_requests_by_id by_id;      /* all but those that are idle */
  struct rtk_deadlines deadlines;       /* of those waiting and in flight */
  struct rtk_request_settings settings; /* owned */
  long max_connections;
  int64_t last_id;
  bool has_more;       /* sockets may have been ready that the last step left */
  unsigned generation; /* of the process that opened the multi handle */
};

/* Makes a closed engine; acquires nothing. */
void rtk_engine_init(struct rtk_engine *engine);

/* Opens it; the settings are the engine's from now on, even if that fails.
   Returns 0 or an errno. */
int rtk_engine_open(struct rtk_engine *engine, long max_connections,
                    const struct rtk_request_settings *settings);

/* Drops all requests and gives everything back. Idempotent. */
void rtk_engine_close(struct rtk_engine *engine);

/*
 * Starts or queues a request and stores its id. On failure nothing is left of
 * it: CURLE_URL_MALFORMAT, CURLE_OUT_OF_MEMORY or another lack of resources.
 */
CURLcode rtk_engine_submit(struct rtk_engine *engine,
                           const struct rtk_request_args *args, int64_t *id);

/*
 * Lets a held stream flow on. False if there is none with that id. If the file
 * cannot be had, or libcurl refuses, the request ends with that failure.
 */
bool rtk_engine_resume(struct rtk_engine *engine, int64_t id,
                       const struct rtk_stream_flow *flow);

/*
 * Drives the requests until one is finished or held, none is left, that many
 * nanoseconds have passed or a signal comes. Handles no more ready sockets at a
 * time than the limit, and notes whether it knows of no more. To be followed by
 * rtk_engine_arm.
 */
void rtk_engine_step(struct rtk_engine *engine, int64_t timeout, int limit);

/*
 * Makes the descriptor for event loops readable when there will be something
 * to do. To be called after the finished requests of a step are dropped: arming
 * for those would only cause another step.
 */
void rtk_engine_arm(struct rtk_engine *engine);

/* Whether there is something to make results of. */
bool rtk_engine_has_results(const struct rtk_engine *engine);

/* Notes that results were made of the first count streams that were due. */
void rtk_engine_note_reported(struct rtk_engine *engine, int count);

/* Ends the first stream that is due. */
void rtk_engine_abort_due(struct rtk_engine *engine,
                          enum rtk_abort_reason reason);

/* Drops the first count finished requests, whose results were made. */
void rtk_engine_drop_finished(struct rtk_engine *engine, int count);

/*
 * Drops a request. False if there is none with that id; else tells whether it
 * may have reached the server.
 */
bool rtk_engine_cancel(struct rtk_engine *engine, int64_t id, bool *sent);

/* The descriptor for an event loop, or -1 and errno. */
int rtk_engine_fd(struct rtk_engine *engine);

#endif
