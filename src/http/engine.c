/* SPDX-License-Identifier: MIT */
#include "http/engine.h"
#include "base/clock.h"
#include "failure/failure_message.h"
#include "http/easy.h"
#include "http/multi.h"
#include "base/process.h"
#include "http/socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The most sockets that are handled between two looks at the clock. */
#define BATCH 64

/* The most calls libcurl gets in a row when it asks to be called at once. */
#define MOST_ACTIONS 16

#ifndef CURL_IGNORE_DEPRECATION /* of libcurl 7.87 */
#define CURL_IGNORE_DEPRECATION(statements) statements
#endif

void rtk_engine_init(struct rtk_engine *engine)
{
  memset(engine, 0, sizeof *engine);
  rtk_trust_init(&engine->settings.trust);
  engine->next_deadline = RTK_CLOCK_NEVER;
  rtk_poller_init(&engine->poller);
}

/* Makes the multi handle and the poller. Returns 0 or an errno. */
static int open_multi(struct rtk_engine *engine)
{
  int error = rtk_poller_open(&engine->poller);
  if (error)
    return error;
  engine->multi = rtk_multi_new(&engine->poller, engine->max_connections);
  if (!engine->multi) {
    rtk_poller_close(&engine->poller);
    return ENOMEM;
  }
  rtk_host_tls_find_errors(&engine->tls_errors);
  engine->generation = rtk_process_generation();
  return 0;
}

int rtk_engine_open(struct rtk_engine *engine, long max_connections,
                    const struct rtk_request_settings *settings)
{
  int error;
  engine->max_connections = max_connections;
  engine->settings = *settings;
  error = open_multi(engine);
  if (error)
    rtk_engine_close(engine);
  return error;
}

/* Moves a request that is waiting or in flight to the finished ones. */
static void finish(struct rtk_engine *engine, struct rtk_request *request,
                   CURLcode code)
{
  rtk_request_set_connecting(request, false);
  rtk_request_finish(request, code);
  rtk_request_list_remove(
      request->is_started ? &engine->flight : &engine->waiting, request);
  rtk_request_list_append(&engine->finished, request);
}

/* Ends, from this side, a request that is waiting or in flight. */
static void abort_request(struct rtk_engine *engine,
                          struct rtk_request *request, enum rtk_request_end end)
{
  if (request->is_started)
    (void)curl_multi_remove_handle(engine->multi, request->easy);
  request->end = end;
  finish(engine, request, CURLE_ABORTED_BY_CALLBACK);
}

static void drop_handles(struct rtk_request_list *list)
{
  struct rtk_request *request;
  for (request = list->first; request; request = request->next)
    rtk_request_drop_handle(request);
}

/*
 * In a child of fork: leaves everything inherited to the parent. The multi
 * handle and the transfers in it are lost memory, on purpose: libcurl would
 * close and write to descriptors by their numbers, which may stand for files
 * of the child by now, and say goodbye on the parent's connections.
 */
static void leave_to_parent(struct rtk_engine *engine)
{
  while (engine->flight.first) {
    struct rtk_request *request = engine->flight.first;
    request->end = RTK_REQUEST_FORKED;
    finish(engine, request, CURLE_ABORTED_BY_CALLBACK);
    request->easy = NULL;
  }
  while (engine->waiting.first)
    abort_request(engine, engine->waiting.first, RTK_REQUEST_FORKED);
  drop_handles(&engine->idle);
  drop_handles(&engine->finished);
  rtk_poller_abandon(&engine->poller);
  engine->multi = NULL;
}

/* Makes sure that the multi handle is one of this process. */
static int reopen_after_fork(struct rtk_engine *engine)
{
  if (engine->multi && engine->generation == rtk_process_generation())
    return 0;
  if (engine->multi)
    leave_to_parent(engine);
  return open_multi(engine);
}

static void free_all(struct rtk_request_list *list)
{
  struct rtk_request *request = rtk_request_list_pop(list);
  while (request) {
    rtk_request_free(request);
    request = rtk_request_list_pop(list);
  }
}

void rtk_engine_close(struct rtk_engine *engine)
{
  struct rtk_request *request;
  if (engine->multi && engine->generation != rtk_process_generation())
    leave_to_parent(engine);
  for (request = engine->flight.first; request; request = request->next)
    (void)curl_multi_remove_handle(engine->multi, request->easy);
  free_all(&engine->flight);
  free_all(&engine->waiting);
  free_all(&engine->finished);
  free_all(&engine->idle);
  if (engine->multi)
    (void)curl_multi_cleanup(engine->multi);
  rtk_poller_close(&engine->poller);
  rtk_host_tls_clear_errors(&engine->tls_errors);
  rtk_trust_close(&engine->settings.trust);
  free(engine->settings.proxy);
  rtk_engine_init(engine);
}

static void recycle(struct rtk_engine *engine, struct rtk_request *request)
{
  if (engine->idle.count >= engine->max_connections) {
    rtk_request_free(request);
    return;
  }
  /* After a failure libcurl may take what it remembers of it for the next. */
  if (rtk_failure_is(request))
    rtk_request_drop_handle(request);
  rtk_request_clear(request);
  rtk_request_list_append(&engine->idle, request);
}

/* Starts a request again whose connection turned out to be dead. */
static bool restart(struct rtk_engine *engine, struct rtk_request *request)
{
  rtk_handle_set_fresh(request, true);
  request->end = RTK_REQUEST_BY_LIBCURL;
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

/* Takes a transfer out that libcurl is done with. */
static void complete(struct rtk_engine *engine, CURL *easy, CURLcode code)
{
  char *private = NULL;
  struct rtk_request *request;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
  request = (struct rtk_request *)(void *)private;
  (void)curl_multi_remove_handle(engine->multi, easy);
  if (request->end != RTK_REQUEST_STALE || !restart(engine, request))
    finish(engine, request, has_reply(request, code) ? CURLE_OK : code);
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
  socket = rtk_poller_find_sending(&engine->poller, request->easy);
  if (socket == CURL_SOCKET_BAD)
    return false;
  return socket == last_chunk || !rtk_socket_is_closed(socket, false);
}

/*
 * Ends the transfers whose reply came to its end before their request did:
 * nobody wants the rest. To be called each time libcurl may have read; last
 * chunk is the socket at which it then met the last chunk of a reply, or
 * CURL_SOCKET_BAD.
 */
static void complete_early(struct rtk_engine *engine, curl_socket_t last_chunk)
{
  struct rtk_request *request = engine->flight.first;
  if (!engine->poller.has_early)
    return;
  engine->poller.has_early = false;
  while (request) {
    struct rtk_request *next = request->next;
    if (request->is_early && is_reply_over(engine, request, last_chunk)) {
      (void)curl_multi_remove_handle(engine->multi, request->easy);
      finish(engine, request, CURLE_OK);
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

/* Puts the first waiting request in flight. */
static void start(struct rtk_engine *engine)
{
  struct rtk_request *request = engine->waiting.first;
  if (curl_multi_add_handle(engine->multi, request->easy) != CURLM_OK) {
    finish(engine, request, CURLE_OUT_OF_MEMORY);
    return;
  }
  rtk_request_list_remove(&engine->waiting, request);
  rtk_request_list_append(&engine->flight, request);
  request->is_started = true;
  rtk_request_set_connecting(request, true);
}

static void start_waiting(struct rtk_engine *engine)
{
  while (engine->waiting.first &&
         engine->flight.count < engine->max_connections)
    start(engine);
}

/* Ends what is past its deadline in a list. */
static void expire_in(struct rtk_engine *engine, struct rtk_request_list *list,
                      int64_t now)
{
  struct rtk_request *request = list->first;
  while (request) {
    struct rtk_request *next = request->next;
    if (request->deadline <= now)
      abort_request(engine, request, RTK_REQUEST_OVERDUE);
    else if (request->deadline < engine->next_deadline)
      engine->next_deadline = request->deadline;
    request = next;
  }
}

static void expire(struct rtk_engine *engine, int64_t now)
{
  if (now < engine->next_deadline)
    return;
  engine->next_deadline = RTK_CLOCK_NEVER;
  expire_in(engine, &engine->flight, now);
  expire_in(engine, &engine->waiting, now);
}

/* Fails everything in flight when sockets cannot be watched. */
static void fail_unwatched(struct rtk_engine *engine)
{
  const char *reason = strerror(engine->poller.error);
  engine->poller.error = 0;
  while (engine->flight.first) {
    struct rtk_request *request = engine->flight.first;
    abort_request(engine, request, RTK_REQUEST_NOT_WATCHED);
    (void)snprintf(request->error, sizeof request->error, "%s", reason);
  }
}

/*
 * Has libcurl look after every transfer and report all sockets again. It is
 * deprecated for what it costs, but curl_multi_perform, which replaces it, does
 * not report sockets.
 */
static void look_after_all(struct rtk_engine *engine)
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
  start_waiting(engine);
  for (i = 0; i < MOST_ACTIONS && engine->poller.deadline <= now; i++) {
    engine->poller.deadline = RTK_CLOCK_NEVER;
    (void)curl_multi_socket_action(engine->multi, CURL_SOCKET_TIMEOUT, 0,
                                   &running);
    complete_early(engine, CURL_SOCKET_BAD);
    read_completed(engine);
    start_waiting(engine);
  }
}

/* Does all that is due. Returns the moment. */
static int64_t update(struct rtk_engine *engine)
{
  int64_t now = rtk_clock_now();
  run_timers(engine, now);
  if (rtk_poller_is_look_due(&engine->poller, now))
    look_after_all(engine);
  expire(engine, now);
  if (engine->poller.error)
    fail_unwatched(engine);
  /* Adding a transfer makes libcurl ask to be called at once. */
  start_waiting(engine);
  rtk_host_tls_clear_errors(&engine->tls_errors);
  return now;
}

void rtk_engine_arm(struct rtk_engine *engine)
{
  if (!engine->flight.first && !engine->finished.first)
    rtk_poller_disarm(&engine->poller);
  else
    rtk_poller_arm(&engine->poller,
                   engine->finished.first ? 0 : engine->next_deadline);
}

/* True if libcurl did not even begin with a request. */
static bool is_refused(const struct rtk_request *request)
{
  return request->code == CURLE_URL_MALFORMAT ||
         (request->code == CURLE_OUT_OF_MEMORY && !request->is_started);
}

/* Starts a prepared request, or has it wait. */
static CURLcode launch(struct rtk_engine *engine, struct rtk_request *request)
{
  request->id = ++engine->last_id;
  rtk_request_list_append(&engine->waiting, request);
  if (request->deadline < engine->next_deadline)
    engine->next_deadline = request->deadline;
  (void)update(engine);
  rtk_engine_arm(engine);
  if (engine->finished.last != request || !is_refused(request))
    return CURLE_OK;
  rtk_request_list_remove(&engine->finished, request);
  return request->code;
}

/*
 * Only libcurl's parser knows all the ways in which a URL can be wrong. It is
 * asked here only for a request that has to wait: starting one asks it, too.
 */
static CURLcode check_url(const struct rtk_engine *engine, const char *url)
{
  if (engine->flight.count < engine->max_connections)
    return CURLE_OK;
  return rtk_handle_check_url(url);
}

CURLcode rtk_engine_submit(struct rtk_engine *engine,
                           const struct rtk_submission *submission, int64_t *id)
{
  struct rtk_request *request;
  CURLcode code;
  if (reopen_after_fork(engine) != 0)
    return CURLE_FAILED_INIT;
  code = check_url(engine, submission->url);
  if (code != CURLE_OK)
    return code;
  request = rtk_request_list_pop(&engine->idle);
  if (!request)
    request = rtk_request_new();
  if (!request)
    return CURLE_OUT_OF_MEMORY;
  code = rtk_request_prepare(request, submission, &engine->settings,
                             &engine->poller);
  if (code == CURLE_OK)
    code = launch(engine, request);
  if (code != CURLE_OK)
    recycle(engine, request);
  else
    *id = request->id;
  return code;
}

/*
 * Has libcurl read from a socket to which it is about to send: if the server
 * has answered and left, sending fails, and the reply would be lost. Tells
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

/* Tells libcurl that a socket is ready. */
static void dispatch(struct rtk_engine *engine,
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

void rtk_engine_step(struct rtk_engine *engine, int64_t timeout, int limit)
{
  struct rtk_poller_event events[BATCH];
  int64_t until = timeout > 0 ? rtk_clock_now() + timeout : 0;
  int64_t now = 0;
  if (reopen_after_fork(engine) != 0)
    return;
  do {
    int64_t moment = until;
    int count;
    int i;
    if (engine->finished.first)
      break;
    /* A shared descriptor must not stay readable when nothing is pending. */
    if (!engine->flight.first && !rtk_poller_is_shared(&engine->poller))
      break;
    if (!engine->flight.first)
      until = moment = 0;
    if (engine->next_deadline < moment)
      moment = engine->next_deadline;
    count = rtk_poller_wait(&engine->poller, moment, events,
                            limit < BATCH ? limit : BATCH);
    for (i = 0; i < count; i++)
      dispatch(engine, &events[i]);
    now = update(engine);
    if (count < 0)
      break;
  } while (now < until);
}

void rtk_engine_take(struct rtk_engine *engine, int count)
{
  int i;
  for (i = 0; i < count; i++) {
    struct rtk_request *request = engine->finished.first;
    rtk_request_list_remove(&engine->finished, request);
    recycle(engine, request);
  }
}

bool rtk_engine_cancel(struct rtk_engine *engine, int64_t id, bool *sent)
{
  struct rtk_request *request;
  (void)reopen_after_fork(engine);
  request = rtk_request_list_find(&engine->flight, id);
  if (!request)
    request = rtk_request_list_find(&engine->waiting, id);
  if (request)
    abort_request(engine, request, RTK_REQUEST_BY_LIBCURL);
  request = rtk_request_list_find(&engine->finished, id);
  if (!request)
    return false;
  *sent = request->sent;
  rtk_request_list_remove(&engine->finished, request);
  recycle(engine, request);
  start_waiting(engine);
  rtk_host_tls_clear_errors(&engine->tls_errors);
  rtk_engine_arm(engine);
  return true;
}

int rtk_engine_fd(struct rtk_engine *engine)
{
  int fd = -1;
  if (reopen_after_fork(engine) == 0)
    fd = rtk_poller_fd(&engine->poller);
  if (fd >= 0)
    rtk_engine_arm(engine);
  return fd;
}
