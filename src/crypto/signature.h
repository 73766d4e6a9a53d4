/* SPDX-License-Identifier: MIT */
/*
 * Signatures: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), in base64.
 *
 * Nothing here raises. Only rtk_signature_prepare fills OpenSSL's error queue.
 */
#ifndef RTK_SIGNATURE_H
#define RTK_SIGNATURE_H

#include "crypto/rsa_check.h"
#include "crypto/rsa_key.h"

/* The most bytes of a signature, and the longest in base64. */
#define RTK_SIGNATURE_BYTES (RTK_RSA_MAX_BITS / 8)
#define RTK_SIGNATURE_LENGTH (((size_t)RTK_SIGNATURE_BYTES + 2) / 3 * 4)

enum rtk_verdict {
  RTK_SIGNATURE_VALID,
  RTK_SIGNATURE_INVALID,  /* it is not the key's for this text */
  RTK_SIGNATURE_UNDECIDED /* OpenSSL failed, most likely without memory */
};

/* Makes key->verifier, once for all signatures. */
bool rtk_signature_prepare(struct rtk_rsa_key *key,
                           struct rtk_crypto_problem *problem);

/* Verifies the signature of a text; a problem unless it is valid. */
enum rtk_verdict rtk_signature_verify(const struct rtk_rsa_key *key,
                                      const void *text, size_t length,
                                      const char *signature,
                                      size_t signature_length,
                                      struct rtk_crypto_problem *problem);

/* Signs a text with a private key; sets *signature_length. */
bool rtk_signature_make(const struct rtk_rsa_key *key, const void *text,
                        size_t length, char signature[RTK_SIGNATURE_LENGTH],
                        size_t *signature_length,
                        struct rtk_crypto_problem *problem);

#endif
