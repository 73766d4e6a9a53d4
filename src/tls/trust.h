/* SPDX-License-Identifier: MIT */
/*
 * The authorities whose certificates a transport trusts, for servers and for
 * proxies that speak TLS.
 *
 * They are read once, when the transport is made, so that nothing that happens
 * to the file later matters: a chroot, its removal, other contents. Still,
 * libcurl is given the file, not the text, as long as it would find the same
 * there: it keeps what it parsed of a file (7.87 and newer with OpenSSL), but
 * never of a text. Debian's bundle costs 26 ms of CPU per connection as a text
 * (OpenSSL 3.0; 7 ms with 3.5), and 1 ms as a file.
 */
#ifndef RTK_TRUST_H
#define RTK_TRUST_H

#include "base/buffer.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

struct rtk_trust {
  char *file;             /* NULL if there is none */
  char *directory;        /* of hashed names; NULL if there is none */
  struct rtk_buffer text; /* what the file held; empty if it was unreadable */
  bool is_given;          /* the file is not the system's */
  bool is_regular;        /* the file can be read again */
  dev_t device;           /* by these the file is known to be the same */
  ino_t inode;
  off_t size;
  struct timespec modified;
};

/* Makes an empty set; acquires nothing. */
void rtk_trust_init(struct rtk_trust *trust);

/*
 * Reads a file, or copies a text in PEM form; with neither, takes the system's:
 * the file in SSL_CERT_FILE, else the one that libcurl was built for, and the
 * directory in SSL_CERT_DIR. Only what is given has to be readable. Returns 0
 * or an errno; the problem, a constant, is what is wrong with what was given,
 * or NULL.
 */
int rtk_trust_open(struct rtk_trust *trust, const char *file, const char *text,
                   size_t length, const char **problem);

/* Frees it. Idempotent. */
void rtk_trust_close(struct rtk_trust *trust);

/*
 * Sets it on a new handle, which must not outlive it. False if libcurl refuses,
 * for it is out of memory: then the handle may trust others, and must not be
 * used.
 */
bool rtk_trust_configure(const struct rtk_trust *trust, CURL *easy);

/* Sees, before a transfer, whether the file is still what it was. Likewise. */
bool rtk_trust_refresh(const struct rtk_trust *trust, CURL *easy);

#endif
