/* SPDX-License-Identifier: MIT */
/*
 * Why a finished request has no usable reply: its kind, one of
 *   connection timeout tls protocol too_large cancelled
 * and a message for people. A message may name host and port, but nothing
 * else of what was sent: neither path nor query, headers nor proxy, which may
 * hold secrets.
 */
#ifndef RTK_FAILURE_H
#define RTK_FAILURE_H

#include "http/request.h"

/* Room for any message, NUL included. */
#define RTK_FAILURE_SIZE 768

/* True if the finished request failed. */
bool rtk_failure_is(const struct rtk_request *request);

/* The kind; a constant. */
const char *rtk_failure_kind(const struct rtk_request *request);

/* Whether the request may have reached the server. */
bool rtk_failure_is_sent(const struct rtk_request *request);

/* Writes the message. Never fails. */
void rtk_failure_message(const struct rtk_request *request,
                         char message[RTK_FAILURE_SIZE]);

#endif
