/* SPDX-License-Identifier: MIT */
#include "request/route.h"
#include "request/request.h"

#include <string.h>

static long number_of(CURL *easy, CURLINFO info)
{
  long value = 0;
  curl_easy_getinfo(easy, info, &value);
  return value;
}

/* Whether the proxy address itself may be why libcurl failed. */
static bool is_address_suspect(const struct rtk_request *request)
{
  return request->code == CURLE_COULDNT_RESOLVE_PROXY ||
         request->code == CURLE_NOT_BUILT_IN || /* proxies over TLS */
         (request->code == CURLE_COULDNT_CONNECT && request->os_error == 0);
}

/* Whether the transfer ended at an HTTP proxy. */
static bool ended_at_http(const struct rtk_route *route,
                          const struct rtk_request *request)
{
  bool has_tunnel = curl_strnequal(request->text.data, "https:", 6) != 0;
  if (!has_tunnel)
    return true;
  if (request->sent)
    return false;
  /* What fails in the tunnel fails in its TLS handshake, with another code. */
  return route->connect_status / 100 != 2 ||
         request->code == CURLE_RECV_ERROR ||
         request->code == RTK_CURLE_TOO_LARGE;
}

/* The same for a SOCKS proxy, which has no status. */
static bool ended_at_socks(const struct rtk_route *route,
                           const struct rtk_request *request)
{
  if (request->sent)
    return false;
  switch (request->code) {
  case CURLE_PROXY:
  case CURLE_COULDNT_CONNECT:
  case CURLE_COULDNT_RESOLVE_HOST: /* with 7.88, the proxy's */
  case CURLE_COULDNT_RESOLVE_PROXY:
    return route->socks_error != CURLPX_RESOLVE_HOST;
  case CURLE_OPERATION_TIMEDOUT:
  case CURLE_ABORTED_BY_CALLBACK:
    /* It is set from when the TLS handshake with the server begins. */
    return route->verify_result == 0;
  default:
    return false;
  }
}

static bool ended_at_proxy(const struct rtk_route *route,
                           const struct rtk_request *request)
{
  switch (route->proxy) {
  case RTK_PROXY_HTTP:
  case RTK_PROXY_HTTPS:
    return ended_at_http(route, request);
  case RTK_PROXY_SOCKS:
    return ended_at_socks(route, request);
  default:
    return false;
  }
}

void rtk_route_read(struct rtk_route *route, const struct rtk_request *request,
                    const char *proxy)
{
  CURL *easy = request->easy;
  const char *url = request->text.data;
  const char *address = proxy ? proxy : rtk_proxy_of_environment(url);
  memset(route, 0, sizeof *route);
  route->verify_result = number_of(easy, CURLINFO_SSL_VERIFYRESULT);
  if (!request->is_proxied || !address)
    return;
  if (is_address_suspect(request))
    route->defect = rtk_proxy_defect(address);
  if (route->defect)
    return;
  route->proxy = rtk_proxy_kind(address);
  route->connect_status = number_of(easy, CURLINFO_HTTP_CONNECTCODE);
  route->socks_error = number_of(easy, CURLINFO_PROXY_ERROR);
  route->ended_at_proxy = ended_at_proxy(route, request);
  if (route->ended_at_proxy)
    route->verify_result = number_of(easy, CURLINFO_PROXY_SSL_VERIFYRESULT);
}
