/* SPDX-License-Identifier: MIT */
#include "http/engine.h"
#include "base/clock.h"
#include "base/process.h"
#include "failure/failure_kind.h"
#include "request/easy.h"
#include "http/transfers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The most sockets that are handled before timers are. */
#define BATCH 64

/* QUICK_EXIT of multi handles came with 8.20. */
#define HAS_QUICK_EXIT (LIBCURL_VERSION_NUM >= 0x081400)

void rtk_engine_init(struct rtk_engine *engine)
{
  memset(engine, 0, sizeof *engine);
  rtk_trust_init(&engine->settings.trust);
  rtk_requests_by_id_init(&engine->by_id);
  rtk_deadlines_init(&engine->deadlines);
  rtk_poller_init(&engine->poller);
}

/* The lowest descriptor that is free, or -1. */
static int lowest_free(void)
{
  return open("/", O_RDONLY | O_CLOEXEC);
}

static void close_on_exec(int descriptor)
{
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  memset(&address, 0, sizeof address);
  if (descriptor >= 0 &&
      getsockname(descriptor, (struct sockaddr *)&address, &size) == 0 &&
      address.ss_family == AF_UNIX)
    (void)fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

/*
 * libcurl (7.88) gives each multi handle a pair of Unix sockets that programs
 * run from here would inherit. No interface tells which, but they are the two
 * lowest free descriptors, unless another thread was faster; then the worst
 * that can happen is that they are inherited.
 */
static CURLM *new_closed_on_exec(void)
{
  int first = lowest_free();
  int second = lowest_free();
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

static CURLM *new_multi(struct rtk_poller *poller, long max_connections)
{
  CURLM *multi = new_closed_on_exec();
  if (!multi)
    return NULL;
  rtk_poller_attach(poller, multi);
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max_connections);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, max_connections);
#if HAS_QUICK_EXIT
  /* As in easy.c, where resolver threads belong to the multi handle. */
  curl_multi_setopt(multi, CURLMOPT_QUICK_EXIT, 1L);
#endif
  return multi;
}

/* Makes the multi handle and the poller. Returns 0 or an errno. */
static int open_multi(struct rtk_engine *engine)
{
  int error = rtk_poller_open(&engine->poller);
  if (error)
    return error;
  engine->multi = new_multi(&engine->poller, engine->max_connections);
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
  rtk_easy_list_encodings(engine->settings.accept_encoding);
  error = open_multi(engine);
  if (error)
    rtk_engine_close(engine);
  return error;
}

static void drop_handles(struct rtk_request_list *list)
{
  struct rtk_request *request;
  for (request = list->first; request; request = request->next)
    rtk_request_drop_handle(request);
}

/*
 * In a child of fork: leaves everything inherited to the parent. The memory of
 * the multi handle and its transfers is lost on purpose: libcurl would close
 * and write to descriptors by their numbers, which may belong to files of the
 * child by now, and send TLS alerts on the parent's connections.
 */
static void detach_after_fork(struct rtk_engine *engine)
{
  while (engine->in_flight.first) {
    struct rtk_request *request = engine->in_flight.first;
    request->abort_reason = RTK_ABORT_FORKED;
    rtk_transfers_finish(engine, request, CURLE_ABORTED_BY_CALLBACK);
    request->easy = NULL;
  }
  while (engine->waiting.first)
    rtk_transfers_abort(engine, engine->waiting.first, RTK_ABORT_FORKED);
  drop_handles(&engine->idle);
  drop_handles(&engine->finished);
  rtk_poller_detach_after_fork(&engine->poller);
  engine->multi = NULL;
}

/* Ensures that the multi handle belongs to this process. Returns 0 or an errno.
 */
static int reopen_after_fork(struct rtk_engine *engine)
{
  if (engine->multi && engine->generation == rtk_process_generation())
    return 0;
  if (engine->multi)
    detach_after_fork(engine);
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
    detach_after_fork(engine);
  for (request = engine->in_flight.first; request; request = request->next)
    (void)curl_multi_remove_handle(engine->multi, request->easy);
  free_all(&engine->in_flight);
  free_all(&engine->waiting);
  free_all(&engine->finished);
  free_all(&engine->idle);
  rtk_requests_by_id_close(&engine->by_id);
  rtk_deadlines_close(&engine->deadlines);
  if (engine->multi)
    (void)curl_multi_cleanup(engine->multi);
  rtk_poller_close(&engine->poller);
  rtk_host_tls_clear_errors(&engine->tls_errors);
  rtk_trust_close(&engine->settings.trust);
  free(engine->settings.proxy);
  rtk_engine_init(engine);
}

/* Takes a request out of its list and the table. */
static void take_out(struct rtk_engine *engine, struct rtk_request *request)
{
  rtk_request_list_remove(request);
  rtk_requests_by_id_remove(&engine->by_id, request);
}

/* Keeps a request that is over, or that was refused, for the next. */
static void recycle(struct rtk_engine *engine, struct rtk_request *request)
{
  if (engine->idle.count >= engine->max_connections) {
    rtk_request_free(request);
    return;
  }
  /* After a failure libcurl may take what it remembers of it for the next; and
     a stream has set what others do not. */
  if (rtk_request_has_failed(request) ||
      request->stream.phase != RTK_STREAM_NONE)
    rtk_request_drop_handle(request);
  rtk_request_clear(request);
  rtk_request_list_append(&engine->idle, request);
}

void rtk_engine_arm(struct rtk_engine *engine)
{
  if (!engine->in_flight.first && !engine->finished.first)
    rtk_poller_disarm(&engine->poller);
  else
    rtk_poller_arm(&engine->poller,
                   rtk_engine_has_results(engine)
                       ? 0
                       : rtk_deadlines_next(&engine->deadlines));
}

bool rtk_engine_has_results(const struct rtk_engine *engine)
{
  return engine->finished.first || engine->poller.due > 0;
}

/* The first stream from a request on that is due, or NULL. */
static struct rtk_request *next_due(struct rtk_request *request)
{
  while (request && request->stream.phase != RTK_STREAM_DUE)
    request = request->next;
  return request;
}

void rtk_engine_note_reported(struct rtk_engine *engine, int count)
{
  struct rtk_request *request = engine->in_flight.first;
  for (; count > 0; count--) {
    request = next_due(request);
    rtk_request_set_due(request, false);
    request->body.length = 0;
  }
}

void rtk_engine_abort_due(struct rtk_engine *engine,
                          enum rtk_abort_reason reason)
{
  rtk_transfers_abort(engine, next_due(engine->in_flight.first), reason);
}

/* True if libcurl rejected a request before starting it. */
static bool is_refused(const struct rtk_request *request)
{
  return request->code == CURLE_URL_MALFORMAT ||
         (request->code == CURLE_OUT_OF_MEMORY && !request->is_started);
}

/* Queues a prepared request and starts it if a connection is free. */
static CURLcode enqueue(struct rtk_engine *engine, struct rtk_request *request)
{
  request->id = engine->last_id + 1;
  if (!rtk_deadlines_add(&engine->deadlines, request))
    return CURLE_OUT_OF_MEMORY;
  engine->last_id = request->id;
  rtk_requests_by_id_add(&engine->by_id, request);
  rtk_request_list_append(&engine->waiting, request);
  (void)rtk_transfers_update(engine);
  rtk_engine_arm(engine);
  if (engine->finished.last != request || !is_refused(request))
    return CURLE_OK;
  take_out(engine, request);
  return request->code;
}

CURLcode rtk_engine_submit(struct rtk_engine *engine,
                           const struct rtk_request_args *args, int64_t *id)
{
  struct rtk_request *request;
  CURLcode code;
  if (reopen_after_fork(engine) != 0)
    return CURLE_FAILED_INIT;
  request = rtk_request_list_pop(&engine->idle);
  if (!request)
    request = rtk_request_new();
  if (!request)
    return CURLE_OUT_OF_MEMORY;
  code = rtk_request_prepare(request, args, &engine->settings, &engine->poller);
  if (code == CURLE_OK)
    code = enqueue(engine, request);
  if (code == CURLE_OK) {
    *id = request->id;
    return code;
  }
  /* Some of its options may not be set. */
  rtk_request_drop_handle(request);
  recycle(engine, request);
  return code;
}

void rtk_engine_step(struct rtk_engine *engine, int64_t timeout, int limit)
{
  struct rtk_poller_event events[BATCH];
  int64_t until = timeout > 0 ? rtk_clock_now() + timeout : 0;
  int64_t now = 0;
  /* One more than is handled, to know whether there is more. */
  int size = limit < BATCH ? limit + 1 : BATCH;
  engine->has_more = true;
  if (reopen_after_fork(engine) != 0)
    return;
  do {
    int64_t moment = until;
    int64_t deadline;
    int count;
    int i;
    if (rtk_engine_has_results(engine))
      break;
    /* A shared descriptor must not stay readable when nothing is pending. */
    engine->has_more = engine->in_flight.first != NULL;
    if (!engine->has_more && !rtk_poller_is_shared(&engine->poller))
      break;
    if (!engine->in_flight.first)
      until = moment = 0;
    deadline = rtk_deadlines_next(&engine->deadlines);
    if (deadline < moment)
      moment = deadline;
    count = rtk_poller_wait(&engine->poller, moment, events, size);
    engine->has_more = count == size;
    for (i = 0; i < count && i < limit; i++)
      rtk_transfers_dispatch(engine, &events[i]);
    now = rtk_transfers_update(engine);
    if (count < 0)
      break;
  } while (now < until);
}

/* Starts the flow of a held stream. Returns why it must end, if it must. */
static enum rtk_abort_reason let_flow(struct rtk_request *request,
                                      const struct rtk_stream_flow *flow)
{
  request->stream.error = rtk_stream_set_flow(&request->stream, flow);
  if (request->stream.error)
    return RTK_ABORT_NOT_WRITTEN;
  /* The limit of the reply was one for refusals. */
  request->body.limit = SIZE_MAX / 2;
  /* libcurl may hand over at once what it has kept. */
  if (curl_easy_pause(request->easy, CURLPAUSE_CONT) != CURLE_OK &&
      request->abort_reason == RTK_NOT_ABORTED)
    return RTK_ABORT_NO_MEMORY;
  return request->abort_reason;
}

bool rtk_engine_resume(struct rtk_engine *engine, int64_t id,
                       const struct rtk_stream_flow *flow)
{
  struct rtk_request *request;
  enum rtk_abort_reason reason;
  if (reopen_after_fork(engine) != 0)
    return false;
  request = rtk_requests_by_id_find(&engine->by_id, id);
  if (!request || request->list != &engine->in_flight ||
      request->stream.phase != RTK_STREAM_HELD)
    return false;
  reason = let_flow(request, flow);
  if (reason != RTK_NOT_ABORTED)
    rtk_transfers_abort(engine, request, reason);
  (void)rtk_transfers_update(engine);
  rtk_engine_arm(engine);
  return true;
}

void rtk_engine_drop_finished(struct rtk_engine *engine, int count)
{
  int i;
  for (i = 0; i < count; i++) {
    struct rtk_request *request = engine->finished.first;
    take_out(engine, request);
    recycle(engine, request);
  }
}

bool rtk_engine_cancel(struct rtk_engine *engine, int64_t id, bool *sent)
{
  struct rtk_request *request;
  (void)reopen_after_fork(engine);
  request = rtk_requests_by_id_find(&engine->by_id, id);
  if (!request)
    return false;
  if (request->list != &engine->finished)
    rtk_transfers_abort(engine, request, RTK_NOT_ABORTED);
  *sent = request->sent;
  take_out(engine, request);
  recycle(engine, request);
  rtk_transfers_start_waiting(engine);
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
