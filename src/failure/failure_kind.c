/* SPDX-License-Identifier: MIT */
#include "failure/failure_kind.h"
#include "failure/proxy_failure.h"
#include "file/output_file.h"

#include <string.h>

static const char *kind_of_abort(enum rtk_abort_reason reason)
{
  switch (reason) {
  case RTK_ABORT_BODY_TOO_LARGE:
  case RTK_ABORT_NO_MEMORY:
    return "too_large";
  case RTK_ABORT_HEADERS_TOO_LARGE:
  case RTK_ABORT_HEADERS_MALFORMED:
  case RTK_ABORT_HTTP_VERSION:
    return "protocol";
  case RTK_ABORT_TIMED_OUT:
    return "timeout";
  case RTK_ABORT_FORKED:
    return "cancelled";
  case RTK_ABORT_NOT_WRITTEN:
    return "file";
  default:
    return "connection";
  }
}

/*
 * Kinds that libcurl's code does not tell, only its text (7.88 and 8.14), which
 * may quote OpenSSL. libcurl reports a connection lost in a handshake as a TLS
 * failure, although neither side objected to anything. The first match counts.
 */
static const struct {
  CURLcode code;
  const char *text;
  const char *kind;
} kinds_by_text[] = {
    {CURLE_SSL_CONNECT_ERROR, "SYSCALL", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "unexpected eof", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "Connection reset", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "Broken pipe", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "Recv failure", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "Send failure", "connection"},
    {CURLE_SSL_CONNECT_ERROR, "error:00000000", "connection"},
    /* It was closed properly, but too early. */
    {CURLE_SSL_CONNECT_ERROR, "SSL_ERROR_ZERO_RETURN", "connection"},
    /* Reset before the handshake; libcurl keeps only the first of two texts. */
    {CURLE_SSL_CONNECT_ERROR, "getpeername() failed", "connection"},
    {CURLE_RECV_ERROR, "unexpected eof", "connection"},
    {CURLE_RECV_ERROR, "SSL routines", "tls"},
    {CURLE_SEND_ERROR, "SSL routines", "tls"},
    {CURLE_RECV_ERROR, "chunk", "protocol"},
    {CURLE_RECV_ERROR, "response headers", "protocol"}, /* too many */
};

/* The kind that the error text tells, or NULL. */
static const char *kind_of_text(const struct rtk_request *request)
{
  size_t i;
  for (i = 0; i < sizeof kinds_by_text / sizeof *kinds_by_text; i++)
    if (kinds_by_text[i].code == request->code &&
        strstr(request->error, kinds_by_text[i].text))
      return kinds_by_text[i].kind;
  return NULL;
}

bool rtk_failure_is_lost_in_handshake(const struct rtk_request *request)
{
  const char *kind = kind_of_text(request);
  return request->code == CURLE_SSL_CONNECT_ERROR && kind &&
         strcmp(kind, "connection") == 0;
}

bool rtk_failure_is_sent(const struct rtk_request *request)
{
  /* With TLS 1.3 a server rejects a missing certificate after the request was
     sent; it does not read it. */
  bool is_unread = request->header_bytes == 0 &&
                   request->code == CURLE_RECV_ERROR &&
                   strstr(request->error, "alert certificate required");
  return request->sent && !is_unread;
}

/* libcurl 8.6 and newer has a code of its own for this; older ones use one that
   stands for little else once a request has been sent. */
bool rtk_failure_is_header_too_long(const struct rtk_request *request)
{
  return request->code == RTK_CURLE_TOO_LARGE ||
         (request->code == CURLE_OUT_OF_MEMORY && request->sent &&
          !request->headers_complete);
}

bool rtk_failure_is_switch(const struct rtk_request *request)
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
  if (request->abort_reason != RTK_NOT_ABORTED)
    return kind_of_abort(request->abort_reason);
  kind = rtk_proxy_failure_kind(request);
  if (!kind)
    kind = kind_of_text(request);
  if (kind)
    return kind;
  if (rtk_failure_is_header_too_long(request) || rtk_failure_is_switch(request))
    return "protocol";
  return kind_of_code(request->code);
}

bool rtk_failure_is_stall(const struct rtk_request *request)
{
  /* libcurl's only other limit in time is that of connecting. */
  return request->code == CURLE_OPERATION_TIMEDOUT && request->sent &&
         request->stream.phase != RTK_STREAM_NONE;
}

const char *rtk_failure_reason(const struct rtk_request *request)
{
  if (request->abort_reason == RTK_ABORT_ADDRESS)
    return "private_address";
  if (request->abort_reason == RTK_ABORT_NOT_WRITTEN)
    return output_file_reason(request->stream.error);
  return rtk_failure_is_stall(request) ? "stalled" : NULL;
}
