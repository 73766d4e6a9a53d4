/* SPDX-License-Identifier: MIT */
#include "crypto/sha256.h"
#include "crypto/openssl.h"

#if RTK_HAS_OPENSSL

bool rtk_sha256(const struct rtk_openssl *openssl, const void *text,
                size_t length, unsigned char digest[RTK_SHA256_BYTES])
{
  unsigned size = 0;
  return openssl->EVP_Digest(text, length, digest, &size, openssl->EVP_sha256(),
                             NULL) > 0 &&
         size == RTK_SHA256_BYTES;
}

#endif
