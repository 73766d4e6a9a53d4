/* SPDX-License-Identifier: MIT */
/*
 * Whether the host program brings an OpenSSL of its own that libcurl gets to
 * use instead of the one it was built with, as an nginx does that has it
 * linked in and exports its symbols. Handshakes may fail oddly then, or worse.
 */
#ifndef RTK_HOST_TLS_H
#define RTK_HOST_TLS_H

/* The file that such an OpenSSL is in, or NULL when there is none. */
const char *rtk_host_tls_file(void);

#endif
