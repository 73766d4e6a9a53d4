/* SPDX-License-Identifier: MIT */
/*
 * Defaults and caps of transports and requests: the trust boundary.
 *
 * The Lua layer completes and checks options first (lua/rtk/config), with the
 * same defaults, so that its messages name the caller's option. rtk.core can be
 * called without that layer; the C code behind its functions therefore relies
 * on these bounds only, never on what Lua checked.
 */
#ifndef RTK_LIMITS_H
#define RTK_LIMITS_H

#include <stddef.h>

/* The same as in lua/rtk/config/settings.lua. */
#define RTK_DEFAULT_TIMEOUT 60         /* seconds */
#define RTK_DEFAULT_CONNECT_TIMEOUT 10 /* seconds */
#define RTK_DEFAULT_MAX_CONNECTIONS 128
#define RTK_DEFAULT_MAX_RESPONSE_BYTES (64 * 1024 * 1024)

/* Seconds; the resolution of libcurl's clock. */
#define RTK_MIN_TIMEOUT 0.001

/* More than any process has descriptors. */
#define RTK_MAX_CONNECTIONS 1000000

/* Header lines of a request: far above any use, so that the size of a table
   does not decide how much memory is taken. */
#define RTK_MAX_HEADERS 256

/* All the header bytes that one transfer may receive. */
#define RTK_MAX_HEADER_BYTES ((size_t)256 * 1024)

#endif
