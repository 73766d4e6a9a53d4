/* SPDX-License-Identifier: MIT */
/*
 * What a proxy did to a request that never reached the server: it refused, or
 * it answered with what is no answer. Failures that a server could have had
 * as well (no connection, no certificate) are failure.h's.
 *
 * Its kind is "connection" where another attempt may fare better, and
 * "protocol", which is final, where only other settings would: the kinds of
 * replies that say no belong to the API.
 */
#ifndef RTK_PROXY_FAILURE_H
#define RTK_PROXY_FAILURE_H

#include "http/request.h"

/* The kind, a constant; NULL if it is no such failure. */
const char *rtk_proxy_failure_kind(const struct rtk_request *request);

/* Writes the message for such a failure; the authority is the server's. */
void rtk_proxy_failure_message(const struct rtk_request *request,
                               const char *authority, char *message,
                               size_t size);

#endif
