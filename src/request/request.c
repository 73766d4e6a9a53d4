/* SPDX-License-Identifier: MIT */
#include "request/request.h"
#include "base/clock.h"
#include "request/easy.h"
#include "net/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Replies without a body. */
#define NO_CONTENT 204
#define NOT_MODIFIED 304

/* Header lines that libcurl leaves out for these. */
#define EXPECT "Expect:"
#define NO_CONTENT_TYPE "Content-Type:"

/* Buffers above this are not kept between transfers. */
#define KEPT_BYTES ((size_t)256 * 1024)

struct rtk_request *rtk_request_new(void)
{
  struct rtk_request *request = calloc(1, sizeof *request);
  if (!request)
    return NULL;
  rtk_buffer_init(&request->text, SIZE_MAX / 2);
  rtk_url_init(&request->url);
  rtk_buffer_init(&request->upload, SIZE_MAX / 2);
  rtk_buffer_init(&request->selection, SIZE_MAX / 2);
  rtk_buffer_init(&request->headers, RTK_MAX_HEADER_BYTES);
  rtk_buffer_init(&request->body, SIZE_MAX / 2);
  rtk_stream_begin(&request->stream, false);
  return request;
}

void rtk_request_drop_handle(struct rtk_request *request)
{
  curl_easy_cleanup(request->easy);
  request->easy = NULL;
}

void rtk_request_free(struct rtk_request *request)
{
  rtk_request_drop_handle(request);
  rtk_url_close(&request->url);
  rtk_buffer_free(&request->text);
  rtk_buffer_free(&request->upload);
  rtk_buffer_free(&request->selection);
  rtk_buffer_free(&request->headers);
  rtk_buffer_free(&request->body);
  rtk_stream_close(&request->stream);
  free(request->lines);
  free(request);
}

void rtk_request_clear(struct rtk_request *request)
{
  rtk_buffer_clear(&request->text, KEPT_BYTES);
  rtk_buffer_clear(&request->upload, KEPT_BYTES);
  rtk_buffer_clear(&request->selection, KEPT_BYTES);
  rtk_buffer_clear(&request->headers, KEPT_BYTES);
  rtk_buffer_clear(&request->body, KEPT_BYTES);
  rtk_stream_close(&request->stream);
}

static bool append_line(struct rtk_buffer *text, const char *line)
{
  return rtk_buffer_append(text, line, strlen(line) + 1) == RTK_BUFFER_OK;
}

/* Links the header lines that start at offset in the text. */
static bool link_lines(struct rtk_request *request, size_t offset, size_t count)
{
  char *line = request->text.data + offset;
  size_t i;
  if (count > request->line_capacity) {
    struct curl_slist *lines =
        realloc(request->lines, count * sizeof *request->lines);
    if (!lines)
      return false;
    request->lines = lines;
    request->line_capacity = count;
  }
  request->line_count = count;
  for (i = 0; i < count; i++) {
    request->lines[i].data = line;
    request->lines[i].next = i + 1 < count ? &request->lines[i + 1] : NULL;
    line += strlen(line) + 1;
  }
  return true;
}

/* Adds the lines that the caller did not give, and counts them. */
static bool append_own_lines(struct rtk_request *request,
                             const struct rtk_request_args *args, size_t *count)
{
  struct rtk_buffer *text = &request->text;
  bool ok = true;
  if (!args->has_accept_encoding && !args->is_streamed) {
    ok = append_line(text, request->settings->accept_encoding);
    ++*count;
  }
  if (ok && args->has_length) {
    ok = append_line(text, EXPECT);
    ++*count;
    /* libcurl would call a body without a type a form. */
    if (ok && !args->has_content_type) {
      ok = append_line(text, NO_CONTENT_TYPE);
      ++*count;
    }
  }
  return ok;
}

/* Makes room for what is sent. Thousands of requests may be in flight: their
   size is known, so none has room that it does not need. */
static bool reserve(struct rtk_request *request,
                    const struct rtk_request_args *args)
{
  size_t own = RTK_ENCODINGS_SIZE + sizeof EXPECT + sizeof NO_CONTENT_TYPE;
  size_t size = args->url_length + 1 + args->headers_length + own;
  return rtk_buffer_reserve_exactly(&request->text, size) == RTK_BUFFER_OK &&
         rtk_buffer_reserve_exactly(&request->upload, args->body_length) ==
             RTK_BUFFER_OK;
}

/* Copies what is sent. False when out of memory. */
static bool copy_args(struct rtk_request *request,
                      const struct rtk_request_args *args)
{
  struct rtk_buffer *text = &request->text;
  size_t count = args->header_count;
  return reserve(request, args) && append_line(text, args->url) &&
         rtk_buffer_append(text, args->headers, args->headers_length) ==
             RTK_BUFFER_OK &&
         append_own_lines(request, args, &count) &&
         link_lines(request, args->url_length + 1, count) &&
         rtk_buffer_append(&request->upload, args->body, args->body_length) ==
             RTK_BUFFER_OK &&
         rtk_buffer_append(&request->selection, args->selection,
                           args->selection_length) == RTK_BUFFER_OK;
}

/* Whether a server or a proxy may show a certificate. */
static bool may_need_trust(const char *url,
                           const struct rtk_request_settings *settings)
{
  const char *proxy = settings->proxy;
  if (!curl_strnequal(url, "http:", sizeof "http:" - 1))
    return true;
  if (!proxy)
    proxy = rtk_proxy_of_environment(url);
  return proxy && *proxy;
}

/* Makes the easy handle, if there is none, and has it trust whom it should.
   False when out of memory. */
static bool prepare_handle(struct rtk_request *request, const char *url,
                           const struct rtk_request_settings *settings,
                           struct rtk_poller *poller)
{
  if (!request->easy) {
    request->easy = curl_easy_init();
    if (!request->easy || !rtk_easy_configure(request, settings, poller))
      return false;
  }
  return !may_need_trust(url, settings) ||
         rtk_trust_refresh(&settings->trust, request->easy);
}

CURLcode rtk_request_prepare(struct rtk_request *request,
                             const struct rtk_request_args *args,
                             const struct rtk_request_settings *settings,
                             struct rtk_poller *poller)
{
  if (!prepare_handle(request, args->url, settings, poller))
    return CURLE_OUT_OF_MEMORY;
  request->settings = settings;
  request->body.limit = args->max_response_bytes;
  request->timeout = args->timeout;
  request->connect_timeout = args->connect_timeout;
  request->raw = args->raw;
  request->is_started = false;
  request->sends = 0;
  request->header_bytes = 0;
  request->headers_complete = false;
  request->is_early = false;
  request->abort_reason = RTK_NOT_ABORTED;
  request->error[0] = '\0';
  request->reach = args->reach;
  request->is_out_of_reach = !rtk_address_url_is_within(args->reach, args->url);
  rtk_stream_begin(&request->stream, args->is_streamed);
  if (!copy_args(request, args))
    return CURLE_OUT_OF_MEMORY;
  request->submitted = rtk_clock_now();
  request->deadline = request->submitted + rtk_clock_duration(args->timeout);
  return rtk_easy_prepare(request, args);
}

static double seconds_of(CURL *easy, CURLINFO info)
{
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy, info, &microseconds);
  return (double)microseconds / 1e6;
}

/* Whether it was sent, for a libcurl without PREREQFUNCTION. */
static bool was_sent(CURL *easy)
{
  return seconds_of(easy, CURLINFO_PRETRANSFER_TIME_T) > 0;
}

/* 0 over a reused connection. */
static double connect_time_of(CURL *easy)
{
  long connects = 0;
  double seconds;
  curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
  if (connects == 0)
    return 0;
  seconds = seconds_of(easy, CURLINFO_APPCONNECT_TIME_T);
  return seconds > 0 ? seconds : seconds_of(easy, CURLINFO_CONNECT_TIME_T);
}

void rtk_request_set_connecting(struct rtk_request *request, bool is_connecting)
{
  if (request->is_connecting != is_connecting)
    request->poller->connecting += is_connecting ? 1 : -1;
  request->is_connecting = is_connecting;
}

void rtk_request_set_due(struct rtk_request *request, bool is_due)
{
  if ((request->stream.phase == RTK_STREAM_DUE) == is_due)
    return;
  request->poller->due += is_due ? 1 : -1;
  request->stream.phase = is_due ? RTK_STREAM_DUE : RTK_STREAM_HELD;
}

enum rtk_request_extent rtk_request_extent(const struct rtk_request *request)
{
  curl_off_t announced = -1;
  curl_off_t received = 0;
  long status = 0;
  if (!request->headers_complete)
    return RTK_REQUEST_PARTIAL;
  curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status == NO_CONTENT || status == NOT_MODIFIED)
    return RTK_REQUEST_WHOLE;
  if (request->is_chunked)
    return RTK_REQUEST_CHUNKED;
  curl_easy_getinfo(request->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
                    &announced);
  curl_easy_getinfo(request->easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  return received == announced ? RTK_REQUEST_WHOLE : RTK_REQUEST_PARTIAL;
}

/*
 * The errno that kept the resolver from working, or 0 if it got an answer.
 * libcurl only reports that its thread did not start; a thread without
 * descriptors finds no address, like one without an answer.
 */
static int resolver_error(const struct rtk_request *request)
{
  int error = rtk_socket_shortage();
  if (!error && strstr(request->error, "thread failed to start"))
    error = EAGAIN;
  return error;
}

/* Reads the result of a started transfer from its easy handle. */
static void read_outcome(struct rtk_request *request)
{
  CURL *easy = request->easy;
  long os_error = 0;
  if (request->headers_complete)
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &request->status);
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
  request->os_error = (int)os_error;
  if (request->code == CURLE_COULDNT_RESOLVE_HOST ||
      request->code == CURLE_COULDNT_RESOLVE_PROXY)
    request->os_error = resolver_error(request);
  /* libcurl does not tell why there was no socket. */
  if (request->code == CURLE_COULDNT_CONNECT && !os_error)
    request->os_error = request->poller->open_error;
  request->connect_time = connect_time_of(easy);
  request->first_byte_time = seconds_of(easy, CURLINFO_STARTTRANSFER_TIME_T);
  request->sent = request->counts_sends ? request->sends > 0 : was_sent(easy);
  if (rtk_request_has_failed(request))
    rtk_route_read(&request->route, request, request->settings->proxy);
}

double rtk_request_elapsed(const struct rtk_request *request)
{
  return (double)(rtk_clock_now() - request->submitted) /
         (double)RTK_CLOCK_SECOND;
}

bool rtk_request_has_failed(const struct rtk_request *request)
{
  return request->code != CURLE_OK ||
         request->abort_reason != RTK_NOT_ABORTED || request->status == 0;
}

void rtk_request_finish(struct rtk_request *request, CURLcode code)
{
  request->code = code;
  request->elapsed = rtk_request_elapsed(request);
  request->status = 0;
  request->os_error = 0;
  request->connect_time = 0;
  request->first_byte_time = 0;
  request->sent = false;
  memset(&request->route, 0, sizeof request->route);
  if (request->is_started)
    read_outcome(request);
}

void rtk_request_list_append(struct rtk_request_list *list,
                             struct rtk_request *request)
{
  request->next = NULL;
  request->previous = list->last;
  if (list->last)
    list->last->next = request;
  else
    list->first = request;
  list->last = request;
  list->count++;
  request->list = list;
}

void rtk_request_list_remove(struct rtk_request *request)
{
  struct rtk_request_list *list = request->list;
  if (request->previous)
    request->previous->next = request->next;
  else
    list->first = request->next;
  if (request->next)
    request->next->previous = request->previous;
  else
    list->last = request->previous;
  list->count--;
  request->list = NULL;
}

struct rtk_request *rtk_request_list_pop(struct rtk_request_list *list)
{
  struct rtk_request *request = list->last;
  if (request)
    rtk_request_list_remove(request);
  return request;
}
