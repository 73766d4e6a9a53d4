/* SPDX-License-Identifier: MIT */
/*
 * The OpenSSL that libcurl uses at run time. A host program such as nginx may
 * have its own linked in and export its symbols; libcurl then uses that one
 * instead of the one it was built with, and handshakes may fail in odd ways.
 */
#ifndef RTK_HOST_TLS_H
#define RTK_HOST_TLS_H

/* The file with the OpenSSL of the host program, or NULL if there is none. */
const char *rtk_host_tls_file(void);

/* The error queue of this thread in the OpenSSL that libcurl uses. */
struct rtk_host_tls_errors {
  unsigned long (*peek)(void); /* NULL if there is no OpenSSL */
  void (*clear)(void);
};

/* Finds the queue. */
void rtk_host_tls_find_errors(struct rtk_host_tls_errors *errors);

/*
 * Empties the queue. libcurl leaves the errors of a failed transfer there, and
 * a host with TLS of its own takes them for errors of its next operation.
 */
void rtk_host_tls_clear_errors(const struct rtk_host_tls_errors *errors);

#endif
