/* SPDX-License-Identifier: MIT */
/*
 * The kind of a failure, which says what a caller can do about it:
 *   connection timeout tls protocol too_large cancelled file
 * libcurl's code decides, unless the transfer was aborted by us, a proxy failed
 * or libcurl's error text is more precise.
 */
#ifndef RTK_FAILURE_KIND_H
#define RTK_FAILURE_KIND_H

#include "request/request.h"

/* The kind; a constant. */
const char *rtk_failure_kind(const struct rtk_request *request);

/* What a program may want to tell apart within a kind, or NULL; a constant:
   private_address, stalled, disk_full, write. */
const char *rtk_failure_reason(const struct rtk_request *request);

/* Whether a stream was too slow for too long. */
bool rtk_failure_is_stall(const struct rtk_request *request);

/* Whether the request may have reached the server. */
bool rtk_failure_is_sent(const struct rtk_request *request);

/* Whether the connection was lost in the TLS handshake. */
bool rtk_failure_is_lost_in_handshake(const struct rtk_request *request);

/* Whether headers or trailers were too long or too many for libcurl. */
bool rtk_failure_is_header_too_long(const struct rtk_request *request);

/* Whether the final reply switched to another protocol (status 101). */
bool rtk_failure_is_switch(const struct rtk_request *request);

#endif
