/* SPDX-License-Identifier: MIT */
#include "failure.h"
#include "host_tls.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The longest host name, a port and the brackets of an IPv6 address. */
#define AUTHORITY_SIZE 270

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
    return "protocol";
  case RTK_REQUEST_OVERDUE:
    return "timeout";
  case RTK_REQUEST_FORKED:
    return "cancelled";
  default:
    return "connection";
  }
}

/* For libcurl a connection lost in the handshake is a failure of TLS; only its
   words tell that nobody objected to anything. */
static bool is_lost_in_handshake(const struct rtk_request *request)
{
  return request->code == CURLE_SSL_CONNECT_ERROR &&
         (strstr(request->error, "SYSCALL") ||
          strstr(request->error, "unexpected eof") ||
          strstr(request->error, "Connection reset"));
}

/* What libcurl (7.88) says of a header line above 100 KiB, and of little else
   once a request has been sent. */
static bool is_header_too_long(const struct rtk_request *request)
{
  return request->code == CURLE_OUT_OF_MEMORY && request->sent &&
         !request->headers_complete;
}

/* The final reply, in HTTP, of a server that goes on in another protocol. */
static bool is_switch(const struct rtk_request *request)
{
  static const char line[] = "HTTP/1.1 101";
  return request->code == CURLE_OK && !request->headers_complete &&
         request->headers.length >= sizeof line &&
         memcmp(request->headers.data, line, sizeof line - 1) == 0;
}

const char *rtk_failure_kind(const struct rtk_request *request)
{
  if (request->end != RTK_REQUEST_BY_LIBCURL)
    return kind_of_end(request->end);
  if (is_lost_in_handshake(request))
    return "connection";
  if (is_header_too_long(request) || is_switch(request))
    return "protocol";
  switch (request->code) {
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
  case CURLE_USE_SSL_FAILED:
    return "tls";
  case CURLE_UNSUPPORTED_PROTOCOL:  /* a reply without a status line */
  case CURLE_BAD_FUNCTION_ARGUMENT: /* a first header that is a continuation */
  case CURLE_WRITE_ERROR:           /* a body that cannot be unpacked */
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_BAD_CONTENT_ENCODING:
#if LIBCURL_VERSION_NUM >= 0x080600
  case CURLE_TOO_LARGE: /* a header line */
#endif
    return "protocol";
  case CURLE_FILESIZE_EXCEEDED:
    return "too_large";
  case CURLE_RECV_ERROR:
    /* libcurl has no code of its own for a malformed chunk. */
    return strstr(request->error, "chunk") ? "protocol" : "connection";
  default:
    return "connection";
  }
}

/* Copies host and port of the URL, which holds no credentials. */
static void copy_authority(const struct rtk_request *request,
                           char authority[AUTHORITY_SIZE])
{
  const char *start = strstr(request->text.data, "://") + 3;
  (void)snprintf(authority, AUTHORITY_SIZE, "%.*s", (int)strcspn(start, "/?#"),
                 start);
}

/* What went wrong, in a few words. */
static const char *reason_of(const struct rtk_request *request)
{
  if (is_lost_in_handshake(request))
    return "lost in the TLS handshake";
  if (is_header_too_long(request))
    return "a header line is too long";
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
    if (iscntrl((unsigned char)*c))
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
                             const char *authority, char *message)
{
  double timeout = request->timeout;
  if (!request->is_started)
    SAY(message, "timed out after %g s (no connection for %s became free)",
        timeout, authority);
  else if (!request->sent)
    SAY(message, "timed out after %g s (no connection to %s yet)", timeout,
        authority);
  else if (request->status == 0)
    SAY(message, "timed out after %g s (no reply from %s yet)", timeout,
        authority);
  else
    SAY(message, "timed out after %g s (%zu bytes of the reply had come)",
        timeout, request->body.length);
}

/* The message for a request that was ended from this side. */
static void describe_end(const struct rtk_request *request,
                         const char *authority, char *message)
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
  case RTK_REQUEST_NO_MEMORY:
    SAY(message, "not enough memory for the reply after %zu bytes",
        request->body.length);
    break;
  case RTK_REQUEST_REPEATED:
    SAY(message, "connection to %s was lost before a reply came", authority);
    break;
  case RTK_REQUEST_FORKED:
    SAY(message, "the parent process is waiting for this reply");
    break;
  case RTK_REQUEST_NOT_WATCHED:
    SAY(message, "could not wait for the connection to %s: %s", authority,
        request->error);
    break;
  default:
    describe_overdue(request, authority, message);
  }
}

/* libcurl names whom it could not connect to, which may be a proxy. */
static bool is_proxy_meant(const struct rtk_request *request,
                           const char *authority)
{
  static const char words[] = "Failed to connect to ";
  char host[AUTHORITY_SIZE];
  const char *at = strstr(request->error, words);
  if (!at)
    return false;
  at += sizeof words - 1;
  (void)snprintf(host, sizeof host, "%.*s", (int)strcspn(at, " "), at);
  return strstr(authority, host) == NULL;
}

/* The message for what libcurl reports. */
static void describe_code(const struct rtk_request *request,
                          const char *authority, char *message)
{
  char reason[CURL_ERROR_SIZE];
  copy_reason(request, reason, sizeof reason);
  switch (request->code) {
  case CURLE_OPERATION_TIMEDOUT:
    /* libcurl times no more than connecting; the rest is the engine's. */
    SAY(message, "timed out connecting to %s after %g s", authority,
        request->connect_timeout);
    break;
  case CURLE_COULDNT_CONNECT:
    SAY(message, "could not connect to %s%s: %s",
        is_proxy_meant(request, authority) ? "the proxy for " : "", authority,
        reason);
    break;
  case CURLE_COULDNT_RESOLVE_HOST:
    SAY(message, "could not resolve the host name of %s", authority);
    break;
  case CURLE_COULDNT_RESOLVE_PROXY:
    /* libcurl's words quote the proxy, credentials included. */
    SAY(message, "could not resolve the proxy's host name");
    break;
  case CURLE_PEER_FAILED_VERIFICATION:
    SAY(message, "certificate of %s was not accepted: %s", authority, reason);
    break;
  case CURLE_SSL_CONNECT_ERROR:
    SAY(message, "connection to %s failed: %s", authority, reason);
    break;
  case CURLE_OK:
    SAY(message,
        is_switch(request)
            ? "%s switched to another protocol without being asked"
            : "connection to %s was lost in the headers of the reply",
        authority);
    break;
  case CURLE_WRITE_ERROR:
    SAY(message, "body of the reply from %s could not be unpacked", authority);
    break;
  default:
    SAY(message, "request to %s failed: %s", authority, reason);
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
  copy_authority(request, authority);
  if (request->end != RTK_REQUEST_BY_LIBCURL)
    describe_end(request, authority, message);
  else
    describe_code(request, authority, message);
  if (strcmp(rtk_failure_kind(request), "tls") == 0)
    suspect_host(message);
}
