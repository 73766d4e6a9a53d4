/* SPDX-License-Identifier: MIT */
/*
 * The hosts that the environment exempts from its proxies: no_proxy or
 * NO_PROXY, a list of names, domains, addresses and ranges of addresses
 * (10.0.0.0/8), or "*". Versions of libcurl read it in different ways, so it is
 * not asked: what is said of a failure, and which addresses may be reached,
 * depends on it.
 */
#ifndef RTK_NO_PROXY_H
#define RTK_NO_PROXY_H

#include <stdbool.h>

/* Whether it exempts the host of a URL. */
bool rtk_no_proxy_exempts(const char *url);

#endif
