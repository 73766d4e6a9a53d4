/* SPDX-License-Identifier: MIT */
/*
 * The route of a failed transfer: straight to the server or through a proxy,
 * and which of the two it failed at.
 */
#ifndef RTK_ROUTE_H
#define RTK_ROUTE_H

#include "net/proxy.h"

#include <stdbool.h>

struct rtk_request;

struct rtk_route {
  enum rtk_proxy_kind proxy; /* NONE: straight to the server */
  const char *defect;        /* of an address in the environment, or NULL */
  bool ended_at_proxy;       /* before the server was reached */
  long connect_status;       /* of the proxy's reply to CONNECT, or 0 */
  long socks_error;          /* a CURLproxycode */
  long verify_result;        /* of a refused certificate: an X509_V_ERR_... */
};

/*
 * Reads the route from the handle of a finished request that failed. The proxy
 * is the option's address, or NULL for the environment's.
 */
void rtk_route_read(struct rtk_route *route, const struct rtk_request *request,
                    const char *proxy);

#endif
