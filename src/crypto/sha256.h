/* SPDX-License-Identifier: MIT */
/* The digest SHA-256. */
#ifndef RTK_SHA256_H
#define RTK_SHA256_H

#include <stdbool.h>
#include <stddef.h>

#define RTK_SHA256_BYTES 32

struct rtk_openssl;

/* False if OpenSSL fails, whose error queue may then be filled. */
bool rtk_sha256(const struct rtk_openssl *openssl, const void *text,
                size_t length, unsigned char digest[RTK_SHA256_BYTES]);

#endif
