/* SPDX-License-Identifier: MIT */
#include "failure/failure_message.h"
#include "tls/host_tls.h"
#include "base/number.h"
#include "failure/proxy_failure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The longest host name, a port and the brackets of an IPv6 address. */
#define AUTHORITY_SIZE 270

/* The same with words before it. */
#define PEER_SIZE (AUTHORITY_SIZE + 16)

/* The way out when nobody known vouches for a certificate. */
#define PRIVATE_AUTHORITY                                                      \
  " (the option ca_file or ca_pem makes a private authority trusted)"

/* Writes a message, as printf does. */
#define SAY(message, ...) (void)snprintf(message, RTK_FAILURE_SIZE, __VA_ARGS__)

bool rtk_failure_is(const struct rtk_request *request)
{
  return request->code != CURLE_OK || request->end != RTK_REQUEST_BY_LIBCURL ||
         request->status == 0;
}

static const char *kind_of_end(enum rtk_request_end end)
{
  switch (end) {
  case RTK_REQUEST_BODY_TOO_LARGE:
  case RTK_REQUEST_NO_MEMORY:
    return "too_large";
  case RTK_REQUEST_HEADERS_TOO_LARGE:
  case RTK_REQUEST_HEADERS_MALFORMED:
  case RTK_REQUEST_OTHER_HTTP:
    return "protocol";
  case RTK_REQUEST_OVERDUE:
    return "timeout";
  case RTK_REQUEST_FORKED:
    return "cancelled";
  default:
    return "connection";
  }
}

/*
 * What no code of libcurl's tells, but only its words (7.88 and 8.14) and those
 * of OpenSSL in them. A connection lost in a handshake is a failure of TLS to
 * it, although nobody objected to anything. The first that fits counts.
 */
static const struct {
  CURLcode code;
  const char *words;
  const char *kind;
} told_by_words[] = {
    {CURLE_SSL_CONNECT_ERROR, "SYSCALL", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "unexpected eof", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "Connection reset", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "Broken pipe", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "Recv failure", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "Send failure", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "error:00000000", "connection"},
    {CURLE_RECV_ERROR, "unexpected eof", "connection"},
    {CURLE_RECV_ERROR, "SSL routines", "tls"},
    {CURLE_SEND_ERROR, "SSL routines", "tls"},
    {CURLE_RECV_ERROR, "chunk", "protocol"},
    {CURLE_RECV_ERROR, "response headers", "protocol"}, /* too many */
};

/* The kind that the words tell, or NULL. */
static const char *kind_of_words(const struct rtk_request *request)
{
  size_t i;
  for (i = 0; i < sizeof told_by_words / sizeof *told_by_words; i++)
    if (told_by_words[i].code == request->code &&
        strstr(request->error, told_by_words[i].words))
      return told_by_words[i].kind;
  return NULL;
}

static bool is_lost_in_handshake(const struct rtk_request *request)
{
  const char *kind = kind_of_words(request);
  return request->code == CURLE_SSL_CONNECT_ERROR && kind &&
         strcmp(kind, "connection") == 0;
}

bool rtk_failure_is_sent(const struct rtk_request *request)
{
  /* With TLS 1.3 a server objects to a missing certificate when the request is
     on its way already; it does not read it. */
  bool is_unread = request->header_bytes == 0 &&
                   request->code == CURLE_RECV_ERROR &&
                   strstr(request->error, "alert certificate required");
  return request->sent && !is_unread;
}

/* What libcurl says of headers or trailers that are too long or too many: 8.6
   and newer by a code of its own, older ones by one that stands for little else
   once a request has been sent. */
static bool is_header_too_long(const struct rtk_request *request)
{
  return request->code == RTK_CURLE_TOO_LARGE ||
         (request->code == CURLE_OUT_OF_MEMORY && request->sent &&
          !request->headers_complete);
}

/* The final reply, in HTTP, of a server that goes on in another protocol. */
static bool is_switch(const struct rtk_request *request)
{
  static const char line[] = "HTTP/1.1 101";
  return request->code == CURLE_OK && !request->headers_complete &&
         request->headers.length >= sizeof line &&
         memcmp(request->headers.data, line, sizeof line - 1) == 0;
}

static const char *kind_of_code(CURLcode code)
{
  switch (code) {
  case CURLE_OPERATION_TIMEDOUT:
    return "timeout";
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CRL_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_ENGINE_NOTFOUND:
  case CURLE_SSL_ENGINE_SETFAILED:
  case CURLE_SSL_ENGINE_INITFAILED:
  case CURLE_SSL_INVALIDCERTSTATUS:
#if LIBCURL_VERSION_NUM >= 0x074d00
  case CURLE_SSL_CLIENTCERT:
#endif
  case CURLE_USE_SSL_FAILED:
    return "tls";
  case CURLE_UNSUPPORTED_PROTOCOL:  /* a reply without a status line */
  case CURLE_BAD_FUNCTION_ARGUMENT: /* a first header that is a continuation */
  case CURLE_WRITE_ERROR:           /* a body that cannot be unpacked */
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_BAD_CONTENT_ENCODING:
    return "protocol";
  case CURLE_FILESIZE_EXCEEDED:
    return "too_large";
  default:
    return "connection";
  }
}

const char *rtk_failure_kind(const struct rtk_request *request)
{
  const char *kind;
  if (request->end != RTK_REQUEST_BY_LIBCURL)
    return kind_of_end(request->end);
  kind = rtk_proxy_failure_kind(request);
  if (!kind)
    kind = kind_of_words(request);
  if (kind)
    return kind;
  if (is_header_too_long(request) || is_switch(request))
    return "protocol";
  return kind_of_code(request->code);
}

/* Copies host and port of the URL, which holds no credentials. */
static void copy_authority(const struct rtk_request *request,
                           char authority[AUTHORITY_SIZE])
{
  const char *start = strstr(request->text.data, "://") + 3;
  (void)snprintf(authority, AUTHORITY_SIZE, "%.*s", (int)strcspn(start, "/?#"),
                 start);
}

/* Writes whom the request ended at, as messages name it. */
static void describe_peer(const struct rtk_request *request,
                          const char *authority, char peer[PEER_SIZE])
{
  (void)snprintf(peer, PEER_SIZE, "%s%s",
                 request->route.ended_at_proxy ? "the proxy for " : "",
                 authority);
}

/* What went wrong, in a few words. */
static const char *reason_of(const struct rtk_request *request)
{
  if (is_lost_in_handshake(request))
    return "lost in the TLS handshake";
  if (is_header_too_long(request))
    return "headers are too long or too many";
  if (request->code == CURLE_BAD_FUNCTION_ARGUMENT)
    return "malformed headers";
  /* Not libcurl's own words, which may quote the proxy. */
  if (request->code == CURLE_COULDNT_CONNECT && request->os_error)
    return strerror(request->os_error);
  if (request->code == CURLE_COULDNT_CONNECT || request->error[0] == '\0')
    return curl_easy_strerror(request->code);
  return request->error;
}

/* The same without what could upset a terminal. */
static void copy_reason(const struct rtk_request *request, char *reason,
                        size_t size)
{
  char *c;
  (void)snprintf(reason, size, "%s", reason_of(request));
  for (c = reason; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f)
      *c = '?';
}

static void describe_size(size_t bytes, char *text, size_t size)
{
  const size_t kib = 1024;
  const size_t mib = 1024 * kib;
  if (bytes % mib == 0)
    (void)snprintf(text, size, "%zu MiB", bytes / mib);
  else if (bytes % kib == 0)
    (void)snprintf(text, size, "%zu KiB", bytes / kib);
  else
    (void)snprintf(text, size, "%zu bytes", bytes);
}

/* The message for a deadline that passed. */
static void describe_overdue(const struct rtk_request *request,
                             const char *peer, char *message)
{
  char timeout[RTK_NUMBER_SIZE];
  rtk_number_show(request->timeout, RTK_NUMBER_SHOWN, timeout);
  if (!request->is_started)
    SAY(message, "timed out after %s s (no connection for %s became free)",
        timeout, peer);
  else if (!request->sent)
    SAY(message, "timed out after %s s (no connection to %s yet)", timeout,
        peer);
  else if (request->status == 0)
    SAY(message, "timed out after %s s (no reply from %s yet)", timeout, peer);
  else
    SAY(message, "timed out after %s s (%zu bytes of the reply had come)",
        timeout, request->body.length);
}

/* The message for a request that was ended from this side. */
static void describe_end(const struct rtk_request *request, const char *peer,
                         char *message)
{
  char size[32];
  switch (request->end) {
  case RTK_REQUEST_BODY_TOO_LARGE:
    describe_size(request->body.limit, size, sizeof size);
    SAY(message, "reply is larger than %s (max_response_bytes)", size);
    break;
  case RTK_REQUEST_HEADERS_TOO_LARGE:
    describe_size(RTK_REQUEST_HEADER_BYTES, size, sizeof size);
    SAY(message, "headers of the reply are larger than %s", size);
    break;
  case RTK_REQUEST_OTHER_HTTP:
    SAY(message, "reply from %s is not in HTTP/1.1", peer);
    break;
  case RTK_REQUEST_HEADERS_MALFORMED:
    SAY(message, "request to %s failed: malformed headers", peer);
    break;
  case RTK_REQUEST_NO_MEMORY:
    SAY(message, "not enough memory for the reply after %zu bytes",
        request->body.length);
    break;
  case RTK_REQUEST_REPEATED:
    SAY(message, "connection to %s was lost before a reply came", peer);
    break;
  case RTK_REQUEST_FORKED:
    SAY(message, "the parent process is waiting for this reply");
    break;
  case RTK_REQUEST_NOT_WATCHED:
    SAY(message, "could not wait for the connection to %s: %s", peer,
        request->error);
    break;
  default:
    describe_overdue(request, peer, message);
  }
}

/* Whether a certificate was refused because nobody known vouches for it, by
   OpenSSL's numbers for that. */
static bool is_of_stranger(const struct rtk_request *request)
{
  switch (request->route.verify_result) {
  case 2:  /* unable to get issuer certificate */
  case 18: /* self-signed certificate */
  case 19: /* self-signed certificate in certificate chain */
  case 20: /* unable to get local issuer certificate */
  case 21: /* unable to verify the first certificate */
    return true;
  default:
    return false;
  }
}

/* The message for a name that could not be looked up. libcurl's words quote the
   proxy, credentials included. */
static void describe_resolver(const struct rtk_request *request,
                              const char *peer, char *message)
{
  if (!request->os_error)
    SAY(message, "could not resolve the host name of %s", peer);
  else
    SAY(message, "could not look up the host name of %s: %s%s", peer,
        request->os_error == EAGAIN ? "no thread could be started for it: "
                                    : "",
        strerror(request->os_error));
}

/* The message for what libcurl reports. */
static void describe_code(const struct rtk_request *request, const char *peer,
                          char *message)
{
  char reason[CURL_ERROR_SIZE];
  char timeout[RTK_NUMBER_SIZE];
  copy_reason(request, reason, sizeof reason);
  rtk_number_show(request->connect_timeout, RTK_NUMBER_SHOWN, timeout);
  switch (request->code) {
  case CURLE_OPERATION_TIMEDOUT:
    /* libcurl times no more than connecting; the rest is the engine's. */
    SAY(message, "timed out connecting to %s after %s s", peer, timeout);
    break;
  case CURLE_COULDNT_CONNECT:
    SAY(message, "could not connect to %s: %s", peer, reason);
    break;
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY:
    describe_resolver(request, peer, message);
    break;
  case CURLE_PROXY: /* what the proxy is not to blame for */
    SAY(message, "could not resolve the host name of %s for the proxy", peer);
    break;
  case CURLE_PEER_FAILED_VERIFICATION:
    SAY(message, "certificate of %s was not accepted: %s%s", peer, reason,
        is_of_stranger(request) ? PRIVATE_AUTHORITY : "");
    break;
  case CURLE_SSL_CACERT_BADFILE:
    SAY(message,
        "there are no certificates to trust: %s (the option ca_file or ca_pem "
        "gives some)",
        reason);
    break;
  case CURLE_SSL_CONNECT_ERROR:
    SAY(message, "connection to %s failed: %s", peer, reason);
    break;
  case CURLE_OK:
    SAY(message,
        is_switch(request)
            ? "%s switched to another protocol without being asked"
            : "connection to %s was lost in the headers of the reply",
        peer);
    break;
  case CURLE_WRITE_ERROR:
    SAY(message, "body of the reply from %s could not be unpacked", peer);
    break;
  default:
    SAY(message, "request to %s failed: %s", peer, reason);
  }
}

/* Adds what may be behind a failure of TLS. */
static void suspect_host(char *message)
{
  const char *file = rtk_host_tls_file();
  size_t length = strlen(message);
  if (file)
    (void)snprintf(message + length, RTK_FAILURE_SIZE - length,
                   " (libcurl has to use the OpenSSL inside %s)", file);
}

void rtk_failure_message(const struct rtk_request *request,
                         char message[RTK_FAILURE_SIZE])
{
  char authority[AUTHORITY_SIZE];
  char peer[PEER_SIZE];
  copy_authority(request, authority);
  describe_peer(request, authority, peer);
  if (request->end != RTK_REQUEST_BY_LIBCURL)
    describe_end(request, peer, message);
  else if (rtk_proxy_failure_kind(request))
    rtk_proxy_failure_message(request, authority, message, RTK_FAILURE_SIZE);
  else
    describe_code(request, peer, message);
  if (strcmp(rtk_failure_kind(request), "tls") == 0)
    suspect_host(message);
}
