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

/* The error queue of this thread in the OpenSSL that libcurl uses. */
struct rtk_host_tls_errors {
  unsigned long (*peek)(void); /* NULL if there is no OpenSSL */
  void (*clear)(void);
};

/* Finds the queue. */
void rtk_host_tls_find_errors(struct rtk_host_tls_errors *errors);

/*
 * Empties the queue. libcurl leaves there what made a transfer fail, and a host
 * with TLS of its own takes that for an error of its next operation.
 */
void rtk_host_tls_clear_errors(const struct rtk_host_tls_errors *errors);

#endif
