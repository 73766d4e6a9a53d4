/* SPDX-License-Identifier: MIT */
/*
 * Addresses of proxies, as options and environment variables have them:
 * [scheme://][user:password@]host[:port]. They hold credentials.
 */
#ifndef RTK_PROXY_H
#define RTK_PROXY_H

#include <stdbool.h>

enum rtk_proxy_kind {
  RTK_PROXY_NONE = 0,
  RTK_PROXY_HTTP,
  RTK_PROXY_HTTPS, /* HTTP over TLS to the proxy itself */
  RTK_PROXY_SOCKS
};

/* What is wrong with it, as a continuation of "proxy ..."; NULL if libcurl
   accepts it. */
const char *rtk_proxy_defect(const char *address);

/* The kind of a valid address; "" means none. */
enum rtk_proxy_kind rtk_proxy_kind(const char *address);

/* A variable of the environment that is not empty, or NULL. */
const char *rtk_proxy_variable(const char *name);

/* The address that the environment has for a URL, or NULL. */
const char *rtk_proxy_of_environment(const char *url);

/* The names of the variables that it may come from. */
const char *rtk_proxy_variables(const char *url);

#endif
