/* SPDX-License-Identifier: MIT */
#include "failure/failure_message.h"
#include "number/number.h"
#include "failure/failure_kind.h"
#include "failure/proxy_failure.h"
#include "tls/host_tls.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The longest host name, a port and the brackets of an IPv6 address. */
#define AUTHORITY_SIZE 270

/* The same with words before it. */
#define PEER_SIZE (AUTHORITY_SIZE + 16)

/* The hint for a certificate of an unknown authority. */
#define PRIVATE_AUTHORITY                                                      \
  " (the option ca_file or ca_pem makes a private authority trusted)"

/* Writes a message, as printf does. */
#define FORMAT(message, ...)                                                   \
  (void)snprintf(message, RTK_FAILURE_SIZE, __VA_ARGS__)

/* Copies host and port of the URL, which holds no credentials. */
static void copy_authority(const struct rtk_request *request,
                           char authority[AUTHORITY_SIZE])
{
  const char *start = strstr(request->text.data, "://") + 3;
  (void)snprintf(authority, AUTHORITY_SIZE, "%.*s", (int)strcspn(start, "/?#"),
                 start);
}

/* Writes the name of the peer that the request failed at: proxy or server. */
static void describe_peer(const struct rtk_request *request,
                          const char *authority, char peer[PEER_SIZE])
{
  (void)snprintf(peer, PEER_SIZE, "%s%s",
                 request->route.ended_at_proxy ? "the proxy for " : "",
                 authority);
}

/* The reason in a few words. */
static const char *reason_of(const struct rtk_request *request)
{
  if (rtk_failure_is_lost_in_handshake(request))
    return "lost in the TLS handshake";
  if (rtk_failure_is_header_too_long(request))
    return "headers are too long or too many";
  if (request->code == CURLE_BAD_FUNCTION_ARGUMENT)
    return "malformed headers";
  /* Reset at once; libcurl (7.88) keeps only the first of two texts. */
  if (strncmp(request->error, "getpeername()", sizeof "getpeername()" - 1) == 0)
    return curl_easy_strerror(request->code);
  /* Not libcurl's text, which may quote the proxy. */
  if (request->code == CURLE_COULDNT_CONNECT && request->os_error)
    return strerror(request->os_error);
  if (request->code == CURLE_COULDNT_CONNECT || request->error[0] == '\0')
    return curl_easy_strerror(request->code);
  return request->error;
}

/* The same without control characters. */
static void copy_reason(const struct rtk_request *request, char *reason,
                        size_t size)
{
  char *c;
  (void)snprintf(reason, size, "%s", reason_of(request));
  for (c = reason; *c; c++)
    if ((unsigned char)*c < ' ' || *c == 0x7f)
      *c = '?';
}

static void describe_size(uint64_t bytes, char *text, size_t size)
{
  const uint64_t kib = 1024;
  const uint64_t mib = 1024 * kib;
  if (bytes % mib == 0)
    (void)snprintf(text, size, "%" PRIu64 " MiB", bytes / mib);
  else if (bytes % kib == 0)
    (void)snprintf(text, size, "%" PRIu64 " KiB", bytes / kib);
  else
    (void)snprintf(text, size, "%" PRIu64 " bytes", bytes);
}

/* How much of the body had come. */
static uint64_t received_by(const struct rtk_request *request)
{
  return request->stream.phase == RTK_STREAM_NONE
             ? request->body.length
             : (uint64_t)request->stream.received;
}

/* The message for a reply that is larger than it may be. */
static void describe_excess(const struct rtk_request *request, char *message)
{
  char size[32];
  bool is_flowing = request->stream.phase == RTK_STREAM_FLOWING;
  describe_size(is_flowing ? (uint64_t)request->stream.limit
                           : request->body.limit,
                size, sizeof size);
  if (is_flowing)
    FORMAT(message, "the content goes on after the %s that it may have", size);
  else
    FORMAT(message, "reply is larger than %s (max_response_bytes)", size);
}

/* The message for a deadline that passed. */
static void describe_overdue(const struct rtk_request *request,
                             const char *peer, char *message)
{
  char timeout[RTK_NUMBER_SIZE];
  rtk_number_show(request->timeout, RTK_NUMBER_SHOWN, timeout);
  if (!request->is_started)
    FORMAT(message, "timed out after %s s (no connection for %s became free)",
           timeout, peer);
  else if (!request->sent)
    FORMAT(message, "timed out after %s s (no connection to %s yet)", timeout,
           peer);
  else if (request->status == 0)
    FORMAT(message, "timed out after %s s (no reply from %s yet)", timeout,
           peer);
  else
    FORMAT(message,
           "timed out after %s s (%" PRIu64 " bytes of the reply had come)",
           timeout, received_by(request));
}

/* The message for a request that was aborted by us. */
static void describe_abort(const struct rtk_request *request, const char *peer,
                           char *message)
{
  char size[32];
  switch (request->abort_reason) {
  case RTK_ABORT_BODY_TOO_LARGE:
    describe_excess(request, message);
    break;
  case RTK_ABORT_HEADERS_TOO_LARGE:
    describe_size(RTK_MAX_HEADER_BYTES, size, sizeof size);
    FORMAT(message, "headers of the reply are larger than %s", size);
    break;
  case RTK_ABORT_HTTP_VERSION:
    FORMAT(message, "reply from %s is not in HTTP/1.1", peer);
    break;
  case RTK_ABORT_HEADERS_MALFORMED:
    FORMAT(message, "request to %s failed: malformed headers", peer);
    break;
  case RTK_ABORT_NO_MEMORY:
    FORMAT(message, "not enough memory for the reply after %" PRIu64 " bytes",
           received_by(request));
    break;
  case RTK_ABORT_REPEATED:
    FORMAT(message, "connection to %s was lost before a reply came", peer);
    break;
  case RTK_ABORT_FORKED:
    FORMAT(message, "the parent process is waiting for this reply");
    break;
  case RTK_ABORT_ADDRESS:
    FORMAT(message, "the address of %s is not public", peer);
    break;
  case RTK_ABORT_NOT_WRITTEN:
    FORMAT(message, "could not write to the file: %s",
           strerror(request->stream.error));
    break;
  case RTK_ABORT_NOT_WATCHED:
    FORMAT(message, "could not wait for the connection to %s: %s", peer,
           request->error);
    break;
  default:
    describe_overdue(request, peer, message);
  }
}

/* Whether a certificate was refused because its authority is unknown, by
   OpenSSL's numbers. */
static bool is_unknown_authority(const struct rtk_request *request)
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

/* The message for a name that could not be looked up. libcurl's text quotes the
   proxy, credentials included. */
static void describe_resolver(const struct rtk_request *request,
                              const char *peer, char *message)
{
  if (!request->os_error)
    FORMAT(message, "could not resolve the host name of %s", peer);
  else
    FORMAT(message, "could not look up the host name of %s: %s%s", peer,
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
    if (rtk_failure_is_stall(request))
      FORMAT(message, "%s sent too slowly, after %" PRIu64 " bytes", peer,
             received_by(request));
    else
      /* libcurl only limits connecting; the engine limits the rest. */
      FORMAT(message, "timed out connecting to %s after %s s", peer, timeout);
    break;
  case CURLE_COULDNT_CONNECT:
    FORMAT(message, "could not connect to %s: %s", peer, reason);
    break;
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY:
    describe_resolver(request, peer, message);
    break;
  case CURLE_PROXY: /* not the fault of the proxy */
    FORMAT(message, "could not resolve the host name of %s for the proxy",
           peer);
    break;
  case CURLE_PEER_FAILED_VERIFICATION:
    FORMAT(message, "certificate of %s was not accepted: %s%s", peer, reason,
           is_unknown_authority(request) ? PRIVATE_AUTHORITY : "");
    break;
  case CURLE_SSL_CACERT_BADFILE:
    FORMAT(
        message,
        "there are no certificates to trust: %s (the option ca_file or ca_pem "
        "gives some)",
        reason);
    break;
  case CURLE_SSL_CONNECT_ERROR:
    FORMAT(message, "connection to %s failed: %s", peer, reason);
    break;
  case CURLE_OK:
    FORMAT(message,
           rtk_failure_is_switch(request)
               ? "%s switched to another protocol without being asked"
               : "connection to %s was lost in the headers of the reply",
           peer);
    break;
  case CURLE_WRITE_ERROR:
    FORMAT(message, "body of the reply from %s could not be unpacked", peer);
    break;
  default:
    FORMAT(message, "request to %s failed: %s", peer, reason);
  }
}

/* Names the host program's OpenSSL, which may be the cause of a TLS failure. */
static void add_host_tls_hint(char *message)
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
  if (request->abort_reason != RTK_NOT_ABORTED)
    describe_abort(request, peer, message);
  else if (rtk_proxy_failure_kind(request))
    rtk_proxy_failure_message(request, authority, message, RTK_FAILURE_SIZE);
  else
    describe_code(request, peer, message);
  if (strcmp(rtk_failure_kind(request), "tls") == 0)
    add_host_tls_hint(message);
}
