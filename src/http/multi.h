/* SPDX-License-Identifier: MIT */
/* Making a multi handle: its options and its ties to a poller. */
#ifndef RTK_MULTI_H
#define RTK_MULTI_H

#include "http/poller.h"

/*
 * A multi handle that keeps, and opens to one host, at most so many
 * connections and waits through the open poller; or NULL.
 */
CURLM *rtk_multi_new(struct rtk_poller *poller, long max_connections);

#endif
