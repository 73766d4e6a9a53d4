/* SPDX-License-Identifier: MIT */
#include "request/easy.h"
#include "net/no_proxy.h"
#include "request/keep_alive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libcurl counts milliseconds in an int in places. */
#define MAX_SECONDS 2000000.0

/* How a status line begins, with any minor version. */
#define VERSION "HTTP/1."
#define VERSION_LENGTH (sizeof VERSION - 1)

/* libcurl knows no other value of it than chunked. */
#define ENCODING "Transfer-Encoding:"
#define ENCODING_LENGTH (sizeof ENCODING - 1)

/*
 * Servers and middleboxes close idle connections after 60 to 350 s, some
 * silently: a connection that was idle for longer is not reused. Nor is an old
 * one, so that traffic follows address changes of the host.
 */
#define MAX_IDLE_SECONDS 50L
#define MAX_AGE_SECONDS 600L

/* Of a stream: its size decides how often libcurl reads. */
#define STREAM_BUFFER_BYTES (256L * 1024)

/* TCP keep-alive: idle time before the first probe, time between probes. */
#define PROBE_AFTER_SECONDS 20L
#define PROBE_INTERVAL_SECONDS 10L

/* MAXLIFETIME_CONN and PREREQFUNCTION came with 7.80, PROTOCOLS_STR with 7.85,
 * QUICK_EXIT 7.87. */
#define HAS_MAXLIFETIME (LIBCURL_VERSION_NUM >= 0x075000)
#define HAS_PREREQ (LIBCURL_VERSION_NUM >= 0x075000)
#define HAS_PROTOCOLS_STR (LIBCURL_VERSION_NUM >= 0x075500)
#define HAS_QUICK_EXIT (LIBCURL_VERSION_NUM >= 0x075700)

static enum rtk_abort_reason reason_for(enum rtk_buffer_result result,
                                        enum rtk_abort_reason full)
{
  return result == RTK_BUFFER_FULL ? full : RTK_ABORT_NO_MEMORY;
}

static size_t keep_body(struct rtk_request *request, const char *data,
                        size_t size)
{
  enum rtk_buffer_result result = rtk_buffer_append(&request->body, data, size);
  if (result == RTK_BUFFER_OK)
    return size;
  request->abort_reason = reason_for(result, RTK_ABORT_BODY_TOO_LARGE);
  return 0;
}

static bool is_streamed(struct rtk_request *request)
{
  long status = 0;
  if (request->stream.phase == RTK_STREAM_OPENING) {
    curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status / 100 != 2)
      request->stream.phase = RTK_STREAM_REFUSED;
  }
  return request->stream.phase != RTK_STREAM_NONE &&
         request->stream.phase != RTK_STREAM_REFUSED;
}

static size_t stream_body(struct rtk_request *request, const char *data,
                          size_t size)
{
  if (request->stream.phase == RTK_STREAM_DUE ||
      request->stream.phase == RTK_STREAM_HELD)
    return CURL_WRITEFUNC_PAUSE;
  switch (rtk_stream_take(&request->stream, &request->body, data, size)) {
  case RTK_STREAM_TAKEN:
    return size;
  case RTK_STREAM_HOLD:
    request->poller->due++;
    return CURL_WRITEFUNC_PAUSE;
  case RTK_STREAM_TOO_LARGE:
    request->abort_reason = RTK_ABORT_BODY_TOO_LARGE;
    return 0;
  case RTK_STREAM_NOT_WRITTEN:
    request->abort_reason = RTK_ABORT_NOT_WRITTEN;
    return 0;
  default:
    request->abort_reason = RTK_ABORT_NO_MEMORY;
    return 0;
  }
}

/* CURLOPT_WRITEFUNCTION, after decompression. Never raises. */
static size_t on_body(char *data, size_t one, size_t size, void *user)
{
  struct rtk_request *request = user;
  (void)one;
  if (is_streamed(request))
    return stream_body(request, data, size);
  return keep_body(request, data, size);
}

/* Called at the end of the headers of a reply, interim or final. */
static void end_headers(struct rtk_request *request)
{
  curl_off_t sent = 0;
  long status = 0;
  curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
  request->headers_complete = status >= 200;
  rtk_poller_limit_idle(request->poller, request->easy, request->idle_limit);
  if (!request->headers_complete || request->upload.length == 0)
    return;
  curl_easy_getinfo(request->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  request->is_early = (size_t)sent < request->upload.length;
  if (request->is_early)
    request->poller->has_early = true;
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK"; libcurl (8.14) takes a status of four digits for one of
   three. */
static bool is_status_line(const char *line, size_t size)
{
  const char *status = line + VERSION_LENGTH + 2;
  return size > VERSION_LENGTH + 5 && is_digit(line[VERSION_LENGTH]) &&
         status[-1] == ' ' && is_digit(status[0]) && is_digit(status[1]) &&
         is_digit(status[2]) && !is_digit(status[3]);
}

/* A folded line right after the status line, where there is nothing to fold:
   libcurl (8.14) passes it on. */
static bool is_stray_continuation(const struct rtk_buffer *headers,
                                  const char *line)
{
  if (headers->length == 0 || (line[0] != ' ' && line[0] != '\t'))
    return false;
  return memchr(headers->data, '\n', headers->length - 1) == NULL;
}

/* Reads a header line; returns the reason to abort the transfer, if any. */
static enum rtk_abort_reason read_header(struct rtk_request *request,
                                         const char *line, size_t size)
{
  int64_t idle_limit;
  if (size >= VERSION_LENGTH &&
      memcmp(line, "HTTP/", sizeof "HTTP/" - 1) == 0) {
    request->headers.length = 0;
    request->is_chunked = false;
    request->idle_limit = -1;
    if (memcmp(line, VERSION, VERSION_LENGTH) != 0)
      return RTK_ABORT_HTTP_VERSION;
    return is_status_line(line, size) ? RTK_NOT_ABORTED
                                      : RTK_ABORT_HEADERS_MALFORMED;
  }
  if (is_stray_continuation(&request->headers, line))
    return RTK_ABORT_HEADERS_MALFORMED;
  if (size > ENCODING_LENGTH && curl_strnequal(line, ENCODING, ENCODING_LENGTH))
    request->is_chunked = true;
  idle_limit = rtk_keep_alive_read(line, size);
  if (idle_limit >= 0)
    request->idle_limit = idle_limit;
  return RTK_NOT_ABORTED;
}

/* Keeps a header line; returns the reason to abort the transfer, if any. */
static enum rtk_abort_reason keep_header(struct rtk_request *request,
                                         const char *line, size_t size)
{
  enum rtk_abort_reason reason = RTK_ABORT_HEADERS_TOO_LARGE;
  enum rtk_buffer_result result;
  request->header_bytes += size;
  if (request->header_bytes > RTK_MAX_HEADER_BYTES)
    return reason;
  if (request->headers_complete)
    return RTK_NOT_ABORTED;
  reason = read_header(request, line, size);
  if (reason != RTK_NOT_ABORTED)
    return reason;
  result = rtk_buffer_append(&request->headers, line, size);
  if (result != RTK_BUFFER_OK)
    return reason_for(result, RTK_ABORT_HEADERS_TOO_LARGE);
  if (line[0] == '\r' || line[0] == '\n')
    end_headers(request);
  return RTK_NOT_ABORTED;
}

/*
 * CURLOPT_HEADERFUNCTION: keeps the lines of the newest reply, so that at the
 * end those of the final one are left; trailers are dropped. Never raises.
 */
static size_t on_header(char *line, size_t one, size_t size, void *user)
{
  struct rtk_request *request = user;
  enum rtk_abort_reason reason = keep_header(request, line, size);
  (void)one;
  if (reason == RTK_NOT_ABORTED)
    return size;
  request->abort_reason = reason;
  return 0;
}

#if HAS_PREREQ
/*
 * CURLOPT_PREREQFUNCTION: libcurl calls it before it sends a request, and
 * again before it repeats one whose kept-alive connection was lost before any
 * reply came. It has looked by then whether the server closed that connection,
 * but it overlooks (7.88) a reset, and over TLS any end whose alert is still
 * unread. Never raises.
 */
static int on_send(void *user, char *primary_ip, char *local_ip,
                   int primary_port, int local_port)
{
  struct rtk_request *request = user;
  (void)local_ip;
  (void)primary_port;
  /* A connection that another request made may lead anywhere. */
  if (request->is_out_of_reach ||
      (!request->is_proxied &&
       !rtk_address_text_is_within(request->reach, primary_ip)))
    request->abort_reason = RTK_ABORT_ADDRESS;
  else if (request->sends > 0)
    request->abort_reason = RTK_ABORT_REPEATED;
  else if (!request->is_fresh &&
           rtk_poller_is_closed(request->poller, local_port))
    request->abort_reason = RTK_ABORT_STALE;
  if (request->abort_reason != RTK_NOT_ABORTED)
    return CURL_PREREQFUNC_ABORT;
  request->sends++;
  rtk_request_set_connecting(request, false);
  return CURL_PREREQFUNC_OK;
}
#endif

/*
 * CURLOPT_OPENSOCKETFUNCTION: opens no socket for a repetition, which on_send
 * would only refuse once connected, nor to an address that is out of reach.
 * Never raises.
 */
static curl_socket_t on_open(void *user, curlsocktype purpose,
                             struct curl_sockaddr *address)
{
  struct rtk_request *request = user;
  (void)purpose;
  if (request->sends > 0)
    request->abort_reason = RTK_ABORT_REPEATED;
  else if (request->is_out_of_reach ||
           (!request->is_proxied &&
            !rtk_address_is_within(request->reach, &address->addr)))
    request->abort_reason = RTK_ABORT_ADDRESS;
  else
    return rtk_poller_open_socket(request->poller, address);
  return CURL_SOCKET_BAD;
}

/*
 * Decides how repeating a request is prevented: libcurl repeats what it
 * received nothing for over a reused connection.
 */
static void prevent_repeating(struct rtk_request *request)
{
  request->counts_sends = false;
#if HAS_PREREQ
  curl_easy_setopt(request->easy, CURLOPT_PREREQDATA, request);
  if (curl_easy_setopt(request->easy, CURLOPT_PREREQFUNCTION, on_send) ==
      CURLE_OK)
    request->counts_sends = true;
#endif
}

/*
 * Limits how long a connection is used that may be dead. There is no
 * TCP_USER_TIMEOUT: what is not acknowledged in time belongs to a request, and
 * its own timeout ends both. A shorter limit would fail a request that gets
 * through once the network is back.
 */
static void set_connection_limits(CURL *easy)
{
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, PROBE_AFTER_SECONDS);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, PROBE_INTERVAL_SECONDS);
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, MAX_IDLE_SECONDS);
#if HAS_MAXLIFETIME
  curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, MAX_AGE_SECONDS);
#endif
}

static void set_protocols(CURL *easy)
{
#if HAS_PROTOCOLS_STR
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS,
                   (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

void rtk_easy_list_encodings(char line[RTK_ENCODINGS_SIZE])
{
  int features = curl_version_info(CURLVERSION_NOW)->features;
  (void)snprintf(line, RTK_ENCODINGS_SIZE, "Accept-Encoding: %s%s%s",
                 features & CURL_VERSION_LIBZ ? "deflate, gzip" : "identity",
                 features & CURL_VERSION_BROTLI ? ", br" : "",
                 features & CURL_VERSION_ZSTD ? ", zstd" : "");
}

/*
 * Sets what takes memory. Without it libcurl would trust other authorities, or
 * read the environment in its own way: see choose_proxy.
 */
static bool set_texts(CURL *easy, const struct rtk_trust *trust)
{
  /* What comes is decompressed. What may come says a header line of ours: for
     its own libcurl (7.88) makes two texts for each request. */
  return curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "") !=
             CURLE_OUT_OF_MEMORY &&
         curl_easy_setopt(easy, CURLOPT_PROXY, "") != CURLE_OUT_OF_MEMORY &&
         curl_easy_setopt(easy, CURLOPT_NOPROXY, "") != CURLE_OUT_OF_MEMORY &&
         rtk_trust_configure(trust, easy);
}

bool rtk_easy_configure(struct rtk_request *request,
                        const struct rtk_request_settings *settings,
                        struct rtk_poller *poller)
{
  CURL *easy = request->easy;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, request);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, request->error);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, request);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, request);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  /* Over TLS, nothing else is offered. */
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION,
                   (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
#if HAS_QUICK_EXIT
  /* Else ending a transfer waits for its resolver thread, past any deadline,
     and in a child of fork for a thread that is not there. */
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
  prevent_repeating(request);
  set_connection_limits(easy);
  set_protocols(easy);
  request->is_proxied = false;
  request->poller = poller;
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, request);
  rtk_poller_attach_easy(poller, easy);
  return set_texts(easy, &settings->trust);
}

/* Sets method and body. */
static CURLcode configure_method(struct rtk_request *request,
                                 const struct rtk_request_args *args)
{
  CURL *easy = request->easy;
  const char *method = args->method;
  bool is_post = strcmp(method, "POST") == 0;
  bool is_head = strcmp(method, "HEAD") == 0;
  bool is_get = strcmp(method, "GET") == 0;
  if (args->has_length) {
    const char *body = request->upload.length ? request->upload.data : "";
    curl_easy_setopt(easy, CURLOPT_NOBODY, 0L);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     (curl_off_t)request->upload.length);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
  } else {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(easy, CURLOPT_NOBODY, is_head ? 1L : 0L);
  }
  return curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
                          is_get || is_head || is_post ? NULL : method);
}

static long milliseconds(double seconds)
{
  double limited = seconds < MAX_SECONDS ? seconds : MAX_SECONDS;
  return (long)(limited * 1000.0 + 0.5);
}

void rtk_easy_set_fresh(struct rtk_request *request, bool is_fresh)
{
  request->is_fresh = is_fresh;
  curl_easy_setopt(request->easy, CURLOPT_FRESH_CONNECT, is_fresh ? 1L : 0L);
}

/* The handle of a stream is not used again, so nothing is set back. */
static void configure_stream(const struct rtk_request *request,
                             const struct rtk_request_args *args)
{
  CURL *easy = request->easy;
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, STREAM_BUFFER_BYTES);
  /* Bytes are counted and resumed as they are stored. */
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, NULL);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, args->min_speed);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, args->stall_timeout);
}

/* Names the proxy to libcurl, or none, so that it does not read the environment
   again, in its own way. */
static CURLcode choose_proxy(struct rtk_request *request)
{
  const char *url = request->text.data;
  const char *address = request->settings->proxy;
  bool was_proxied = request->is_proxied;
  if (!address)
    address = rtk_proxy_of_environment(url);
  request->is_proxied = address && *address && !rtk_no_proxy_exempts(url);
  if (!request->is_proxied && !was_proxied)
    return CURLE_OK;
  return curl_easy_setopt(request->easy, CURLOPT_PROXY,
                          request->is_proxied ? address : "");
}

CURLcode rtk_easy_prepare(struct rtk_request *request,
                          const struct rtk_request_args *args)
{
  CURL *easy = request->easy;
  char *text = request->text.data; /* the URL comes first */
  CURLcode code = rtk_url_parse(&request->url, text);
  if (code == CURLE_OK)
    code = rtk_url_set(&request->url, text, easy);
  if (code == CURLE_OK)
    code = choose_proxy(request);
  if (code == CURLE_OK)
    code = configure_method(request, args);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER,
                   request->line_count ? request->lines : NULL);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   milliseconds(request->connect_timeout));
  if (args->is_streamed)
    configure_stream(request, args);
  /* It repeats only what it sent over a kept-alive connection. */
  rtk_easy_set_fresh(request, args->fresh || !request->counts_sends);
  return code;
}
