/* SPDX-License-Identifier: MIT */
#include "http/transfers.h"
#include "base/clock.h"
#include "request/easy.h"
#include "net/socket.h"

#include <stdio.h>
#include <string.h>

/* The most timer calls in a row when libcurl asks to be called at once. */
#define MAX_ACTIONS 16

/* The most reads, of up to 16 KiB, of a reply whose deadline has passed. */
#define MAX_LATE_READS 256

#ifndef CURL_IGNORE_DEPRECATION /* of libcurl 7.87 */
#define CURL_IGNORE_DEPRECATION(statements) statements
#endif

void rtk_transfers_finish(struct rtk_engine *engine,
                          struct rtk_request *request, CURLcode code)
{
  rtk_request_set_connecting(request, false);
  rtk_request_set_due(request, false);
  rtk_request_finish(request, code);
  rtk_deadlines_remove(&engine->deadlines, request);
  rtk_request_list_remove(request);
  rtk_request_list_append(&engine->finished, request);
}

void rtk_transfers_abort(struct rtk_engine *engine, struct rtk_request *request,
                         enum rtk_abort_reason reason)
{
  if (request->is_started)
    (void)curl_multi_remove_handle(engine->multi, request->easy);
  request->abort_reason = reason;
  rtk_transfers_finish(engine, request, CURLE_ABORTED_BY_CALLBACK);
}

/* Starts a request again on a new connection: the reused one was dead. */
static bool restart(struct rtk_engine *engine, struct rtk_request *request)
{
  rtk_easy_set_fresh(request, true);
  request->abort_reason = RTK_NOT_ABORTED;
  request->error[0] = '\0';
  return curl_multi_add_handle(engine->multi, request->easy) == CURLM_OK;
}

/* True if libcurl failed to send the rest of a request that has its reply. */
static bool has_reply(const struct rtk_request *request, CURLcode code)
{
  return request->is_early &&
         (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR) &&
         rtk_request_extent(request) == RTK_REQUEST_WHOLE;
}

/* Finishes a transfer that libcurl has completed, or restarts it. */
static void complete(struct rtk_engine *engine, CURL *easy, CURLcode code)
{
  char *private = NULL;
  struct rtk_request *request;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
  /* NOLINTNEXTLINE(bugprone-casting-through-void): libcurl keeps a char * */
  request = (struct rtk_request *)(void *)private;
  (void)curl_multi_remove_handle(engine->multi, easy);
  if (request->abort_reason != RTK_ABORT_STALE || !restart(engine, request))
    rtk_transfers_finish(engine, request,
                         has_reply(request, code) ? CURLE_OK : code);
}

/*
 * True if libcurl has read a reply to its end although it is still sending the
 * request. If it does not read a chunked one any more, either the last chunk
 * came or the connection ended; libcurl does not say which before it has sent
 * all. The chunk came if the connection goes on, or if it was seen at the
 * socket.
 */
static bool is_reply_over(const struct rtk_engine *engine,
                          const struct rtk_request *request,
                          curl_socket_t last_chunk)
{
  enum rtk_request_extent extent = rtk_request_extent(request);
  curl_socket_t socket;
  if (extent != RTK_REQUEST_CHUNKED)
    return extent == RTK_REQUEST_WHOLE;
  /* If it only sends, it does not read any more. */
  socket = rtk_poller_find(&engine->poller, request->easy, CURL_CSELECT_OUT);
  if (socket == CURL_SOCKET_BAD)
    return false;
  return socket == last_chunk || !rtk_socket_is_closed(socket, false);
}

/*
 * Ends the transfers whose reply came to its end before their request did:
 * the rest is not needed. To be called each time libcurl may have read; last
 * chunk is the socket at which it then met the last chunk of a reply, or
 * CURL_SOCKET_BAD.
 */
static void complete_early(struct rtk_engine *engine, curl_socket_t last_chunk)
{
  struct rtk_request *request = engine->in_flight.first;
  if (!engine->poller.has_early)
    return;
  engine->poller.has_early = false;
  while (request) {
    struct rtk_request *next = request->next;
    if (request->is_early && is_reply_over(engine, request, last_chunk)) {
      (void)curl_multi_remove_handle(engine->multi, request->easy);
      rtk_transfers_finish(engine, request, CURLE_OK);
    } else if (request->is_early) {
      engine->poller.has_early = true;
    }
    request = next;
  }
}

static void read_completed(struct rtk_engine *engine)
{
  int left;
  CURLMsg *done = curl_multi_info_read(engine->multi, &left);
  while (done) {
    complete(engine, done->easy_handle, done->data.result);
    done = curl_multi_info_read(engine->multi, &left);
  }
}

/* Starts the first waiting request. */
static void start(struct rtk_engine *engine)
{
  struct rtk_request *request = engine->waiting.first;
  if (curl_multi_add_handle(engine->multi, request->easy) != CURLM_OK) {
    rtk_transfers_finish(engine, request, CURLE_OUT_OF_MEMORY);
    return;
  }
  rtk_request_list_remove(request);
  rtk_request_list_append(&engine->in_flight, request);
  request->is_started = true;
  rtk_request_set_connecting(request, true);
}

void rtk_transfers_start_waiting(struct rtk_engine *engine)
{
  while (engine->waiting.first &&
         engine->in_flight.count < engine->max_connections)
    start(engine);
}

/*
 * Has libcurl read what is there of a reply that nobody looked for in time: a
 * program that was busy with something else loses no answer that came.
 */
static void read_late(struct rtk_engine *engine,
                      const struct rtk_request *request)
{
  int running;
  int i;
  if (request->is_connecting || request->stream.phase != RTK_STREAM_NONE)
    return;
  for (i = 0; i < MAX_LATE_READS && request->list == &engine->in_flight; i++) {
    curl_socket_t socket =
        rtk_poller_find(&engine->poller, request->easy, CURL_CSELECT_IN);
    if (socket == CURL_SOCKET_BAD || !rtk_socket_has_input(socket))
      return;
    (void)curl_multi_socket_action(engine->multi, socket, CURL_CSELECT_IN,
                                   &running);
    read_completed(engine);
  }
}

/* Ends what is past its deadline, the earliest first. */
static void expire(struct rtk_engine *engine, int64_t now)
{
  struct rtk_request *due = rtk_deadlines_due(&engine->deadlines, now);
  while (due) {
    read_late(engine, due);
    if (due->list != &engine->finished)
      rtk_transfers_abort(engine, due, RTK_ABORT_TIMED_OUT);
    due = rtk_deadlines_due(&engine->deadlines, now);
  }
}

/* Fails everything in flight when sockets cannot be watched. */
static void fail_unwatched(struct rtk_engine *engine)
{
  const char *reason = strerror(engine->poller.error);
  engine->poller.error = 0;
  while (engine->in_flight.first) {
    struct rtk_request *request = engine->in_flight.first;
    rtk_transfers_abort(engine, request, RTK_ABORT_NOT_WATCHED);
    (void)snprintf(request->error, sizeof request->error, "%s", reason);
  }
}

/*
 * Makes libcurl check every transfer and report all sockets again. It is
 * deprecated for what it costs, but curl_multi_perform, which replaces it, does
 * not report sockets.
 */
static void check_all_sockets(struct rtk_engine *engine)
{
  int running;
  CURL_IGNORE_DEPRECATION((void)curl_multi_socket_all(engine->multi, &running);)
  complete_early(engine, CURL_SOCKET_BAD);
  read_completed(engine);
}

/* Starts what may start and runs libcurl's timers that are due. */
static void run_timers(struct rtk_engine *engine, int64_t now)
{
  int running;
  int i;
  read_completed(engine);
  rtk_transfers_start_waiting(engine);
  for (i = 0; i < MAX_ACTIONS && engine->poller.deadline <= now; i++) {
    engine->poller.deadline = RTK_CLOCK_NEVER;
    (void)curl_multi_socket_action(engine->multi, CURL_SOCKET_TIMEOUT, 0,
                                   &running);
    complete_early(engine, CURL_SOCKET_BAD);
    read_completed(engine);
    rtk_transfers_start_waiting(engine);
  }
}

int64_t rtk_transfers_update(struct rtk_engine *engine)
{
  int64_t now = rtk_clock_now();
  run_timers(engine, now);
  if (rtk_poller_is_check_due(&engine->poller, now))
    check_all_sockets(engine);
  expire(engine, now);
  if (engine->poller.error)
    fail_unwatched(engine);
  /* Adding a transfer makes libcurl ask to be called at once. */
  rtk_transfers_start_waiting(engine);
  rtk_host_tls_clear_errors(&engine->tls_errors);
  return now;
}

/*
 * Has libcurl read from a socket to which it is about to send: if the server
 * has answered and closed, sending fails, and the reply would be lost. Returns
 * whether libcurl still wants to send there.
 */
static bool read_first(struct rtk_engine *engine, curl_socket_t socket)
{
  bool is_last = rtk_socket_has_last_chunk(socket);
  int running;
  (void)curl_multi_socket_action(engine->multi, socket, CURL_CSELECT_IN,
                                 &running);
  complete_early(engine, is_last ? socket : CURL_SOCKET_BAD);
  return rtk_poller_wanted(&engine->poller, socket) & CURL_CSELECT_OUT;
}

void rtk_transfers_dispatch(struct rtk_engine *engine,
                            const struct rtk_poller_event *event)
{
  const int both = CURL_CSELECT_IN | CURL_CSELECT_OUT;
  curl_socket_t socket = event->socket;
  int flags = event->flags;
  int running;
  if ((flags & both) == both &&
      rtk_poller_wanted(&engine->poller, socket) == both) {
    if (!read_first(engine, socket))
      return;
    flags &= ~CURL_CSELECT_IN;
  }
  (void)curl_multi_socket_action(engine->multi, socket, flags, &running);
  complete_early(engine, CURL_SOCKET_BAD);
}
