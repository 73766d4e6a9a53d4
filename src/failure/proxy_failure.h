/* SPDX-License-Identifier: MIT */
/*
 * Failures at a proxy: it refused a request or gave an invalid answer, so that
 * the server was never reached. Failures that a server can have as well (no
 * connection, no certificate) are in failure_kind.h.
 *
 * The kind is "connection" if another attempt may succeed and "protocol", which
 * is final, if only other settings can help: the kinds of error replies belong
 * to the API.
 */
#ifndef RTK_PROXY_FAILURE_H
#define RTK_PROXY_FAILURE_H

#include "request/request.h"

/* The kind, a constant; NULL for any other failure. */
const char *rtk_proxy_failure_kind(const struct rtk_request *request);

/* Writes the message for such a failure; the authority is the server's. */
void rtk_proxy_failure_message(const struct rtk_request *request,
                               const char *authority, char *message,
                               size_t size);

#endif
