/* SPDX-License-Identifier: MIT */
#include "net/proxy.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *scheme;
  enum rtk_proxy_kind kind;
} schemes[] = {
    {"http", RTK_PROXY_HTTP},     {"https", RTK_PROXY_HTTPS},
    {"socks", RTK_PROXY_SOCKS},   {"socks4", RTK_PROXY_SOCKS},
    {"socks4a", RTK_PROXY_SOCKS}, {"socks5", RTK_PROXY_SOCKS},
    {"socks5h", RTK_PROXY_SOCKS},
};

static enum rtk_proxy_kind kind_of_scheme(const char *scheme, size_t length)
{
  size_t i;
  for (i = 0; i < sizeof schemes / sizeof *schemes; i++)
    if (strlen(schemes[i].scheme) == length &&
        curl_strnequal(scheme, schemes[i].scheme, length))
      return schemes[i].kind;
  return RTK_PROXY_NONE;
}

enum rtk_proxy_kind rtk_proxy_kind(const char *address)
{
  const char *end = strstr(address, "://");
  if (*address == '\0')
    return RTK_PROXY_NONE;
  return end ? kind_of_scheme(address, (size_t)(end - address))
             : RTK_PROXY_HTTP;
}

/* Whether a part can be decoded or is absent. */
static bool is_readable(CURLU *url, CURLUPart part, CURLUcode absent)
{
  char *text = NULL;
  CURLUcode code = curl_url_get(url, part, &text, CURLU_URLDECODE);
  curl_free(text);
  return code == CURLUE_OK || code == absent;
}

/* Whether a part has that value. */
static bool is_part(CURLU *url, CURLUPart part, const char *value)
{
  char *text = NULL;
  CURLUcode code = curl_url_get(url, part, &text, 0);
  bool is_same = code == CURLUE_OK && strcmp(text, value) == 0;
  curl_free(text);
  return is_same;
}

static bool has_known_scheme(CURLU *url)
{
  char *scheme = NULL;
  enum rtk_proxy_kind kind = RTK_PROXY_NONE;
  if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK)
    kind = kind_of_scheme(scheme, strlen(scheme));
  curl_free(scheme);
  if (kind == RTK_PROXY_HTTPS)
    return curl_version_info(CURLVERSION_NOW)->features &
           CURL_VERSION_HTTPS_PROXY;
  return kind != RTK_PROXY_NONE;
}

static const char *defect_of_code(CURLUcode code)
{
  switch (code) {
  case CURLUE_OUT_OF_MEMORY: /* shows when it is used, too */
    return NULL;
  case CURLUE_BAD_PORT_NUMBER:
    return "must have a port from 1 to 65535";
  case CURLUE_NO_HOST:
    return "must name a host";
  default:
    return "must be [scheme://][user:password@]host[:port], where user and "
           "password are percent-encoded and an IPv6 address is in brackets";
  }
}

static const char *defect_of_url(CURLU *url, const char *address)
{
  /* What libcurl itself does with a proxy's address. */
  CURLUcode code = curl_url_set(url, CURLUPART_URL, address,
                                CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME);
  if (code != CURLUE_OK)
    return defect_of_code(code);
  if (!has_known_scheme(url))
    return "must begin with http://, https://, socks4://, socks4a://, "
           "socks5:// or socks5h://, or with the host";
  if (is_part(url, CURLUPART_PORT, "0"))
    return defect_of_code(CURLUE_BAD_PORT_NUMBER);
  /* libcurl (7.88, 8.14) would go past the proxy. */
  if (!is_readable(url, CURLUPART_USER, CURLUE_NO_USER) ||
      !is_readable(url, CURLUPART_PASSWORD, CURLUE_NO_PASSWORD))
    return "must not have control characters in its credentials";
  return NULL;
}

const char *rtk_proxy_defect(const char *address)
{
  CURLU *url;
  const char *defect;
  if (*address == '\0')
    return NULL;
  url = curl_url();
  if (!url)
    return NULL;
  defect = defect_of_url(url, address);
  curl_url_cleanup(url);
  return defect;
}

static bool is_https(const char *url)
{
  return curl_strnequal(url, "https:", 6) != 0;
}

const char *rtk_proxy_variables(const char *url)
{
  return is_https(url) ? "https_proxy, HTTPS_PROXY, all_proxy or ALL_PROXY"
                       : "http_proxy, all_proxy or ALL_PROXY";
}

const char *rtk_proxy_variable(const char *name)
{
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

const char *rtk_proxy_of_environment(const char *url)
{
  /* HTTP_PROXY is what a CGI program gets of a header "Proxy". */
  static const char *const of_http[] = {"http_proxy", "all_proxy", "ALL_PROXY",
                                        NULL};
  static const char *const of_https[] = {"https_proxy", "HTTPS_PROXY",
                                         "all_proxy", "ALL_PROXY", NULL};
  const char *const *names = is_https(url) ? of_https : of_http;
  const char *address = NULL;
  for (; *names && !address; names++)
    address = rtk_proxy_variable(*names);
  return address;
}
