/* SPDX-License-Identifier: MIT */
#include "failure/proxy_failure.h"

#include <stdio.h>
#include <string.h>

static const char transient[] = "connection";
static const char final[] = "protocol";

/* Errors that SOCKS proxies report. */
static const struct {
  CURLproxycode code;
  const char *kind;
  const char *words;
} socks_errors[] = {
    {CURLPX_BAD_VERSION, final, "does not speak SOCKS"},
    {CURLPX_CLOSED, transient, "closed the connection"},
    {CURLPX_NO_AUTH, final, "accepts no way to log in that libcurl offers"},
    {CURLPX_USER_REJECTED, final, "does not accept the credentials"},
    {CURLPX_REPLY_NOT_ALLOWED, final, "does not allow the connection"},
    {CURLPX_REPLY_CONNECTION_REFUSED, transient, "met a refused connection"},
    {CURLPX_REPLY_HOST_UNREACHABLE, transient, "cannot reach the host"},
    {CURLPX_REPLY_NETWORK_UNREACHABLE, transient, "cannot reach the network"},
    {CURLPX_REPLY_TTL_EXPIRED, transient, "cannot reach the host in time"},
};

/* libcurl has no code for an invalid reply to CONNECT; these are its texts
   (7.88 and 8.14), the last for header lines that are too many or too large. */
static bool is_invalid_reply(const struct rtk_request *request)
{
  static const char *const words[] = {"CONNECT tunnel failed, response 0",
                                      "CONNECT response too large",
                                      "response headers"};
  size_t i;
  /* The second of libcurl 8.23, for which others have words. */
  if (request->code == RTK_CURLE_TOO_LARGE ||
      request->code == CURLE_WEIRD_SERVER_REPLY)
    return request->route.ended_at_proxy && !request->sent;
  if (request->code != CURLE_RECV_ERROR)
    return false;
  for (i = 0; i < sizeof words / sizeof *words; i++)
    if (strstr(request->error, words[i]))
      return true;
  return false;
}

/* Statuses below 500 mean that the request was wrong, except those that ask for
   another attempt. */
static const char *kind_of_status(long status)
{
  return status >= 500 || status == 408 || status == 429 ? transient : final;
}

static const char *kind_of_socks(long error)
{
  size_t i;
  for (i = 0; i < sizeof socks_errors / sizeof *socks_errors; i++)
    if ((long)socks_errors[i].code == error)
      return socks_errors[i].kind;
  return transient;
}

const char *rtk_proxy_failure_kind(const struct rtk_request *request)
{
  const struct rtk_route *route = &request->route;
  if (request->abort_reason != RTK_NOT_ABORTED)
    return NULL;
  if (route->defect)
    return final;
  if (!route->ended_at_proxy || request->sent)
    return NULL;
  if (is_invalid_reply(request))
    return final;
  if (route->connect_status / 100 > 2)
    return kind_of_status(route->connect_status);
  return request->code == CURLE_PROXY ? kind_of_socks(route->socks_error)
                                      : NULL;
}

static void describe_status(long status, const char *authority, char *message,
                            size_t size)
{
  if (status == 407)
    (void)snprintf(message, size,
                   "the proxy for %s does not accept the credentials, or needs "
                   "some (it answered HTTP 407 to CONNECT)",
                   authority);
  else
    (void)snprintf(message, size,
                   "the proxy %s to %s (it answered HTTP %ld to CONNECT)",
                   status < 500 ? "refused to connect" : "could not connect",
                   authority, status);
}

static void describe_socks(long error, const char *authority, char *message,
                           size_t size)
{
  size_t i;
  for (i = 0; i < sizeof socks_errors / sizeof *socks_errors; i++) {
    if ((long)socks_errors[i].code == error) {
      (void)snprintf(message, size, "the proxy for %s %s", authority,
                     socks_errors[i].words);
      return;
    }
  }
  (void)snprintf(message, size, "the proxy refused to connect to %s (by SOCKS)",
                 authority);
}

void rtk_proxy_failure_message(const struct rtk_request *request,
                               const char *authority, char *message,
                               size_t size)
{
  const struct rtk_route *route = &request->route;
  if (route->defect)
    (void)snprintf(message, size, "the proxy in the environment (%s) %s",
                   rtk_proxy_variables(request->text.data), route->defect);
  else if (is_invalid_reply(request))
    (void)snprintf(message, size,
                   "the proxy for %s does not answer CONNECT as HTTP has it",
                   authority);
  else if (route->connect_status)
    describe_status(route->connect_status, authority, message, size);
  else
    describe_socks(route->socks_error, authority, message, size);
}
