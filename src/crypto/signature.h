/* SPDX-License-Identifier: MIT */
/*
 * Signatures: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), in base64.
 *
 * Nothing here raises. The first two functions may fill OpenSSL's error queue.
 */
#ifndef RTK_SIGNATURE_H
#define RTK_SIGNATURE_H

#include "crypto/rsa_key.h"

/* The longest in base64. */
#define RTK_SIGNATURE_LENGTH (((size_t)RTK_RSA_MAX_BYTES + 2) / 3 * 4)

enum rtk_verdict {
  RTK_SIGNATURE_VALID,
  RTK_SIGNATURE_INVALID,  /* it is not the key's for this text */
  RTK_SIGNATURE_UNDECIDED /* OpenSSL failed, most likely without memory */
};

/* Makes the two contexts of the key, once for all signatures. */
bool rtk_signature_prepare(struct rtk_rsa_key *key,
                           struct rtk_crypto_problem *problem);

/* Whether a private key makes signatures that its public half verifies. */
bool rtk_signature_try(const struct rtk_rsa_key *key);

/*
 * Verifies the signature of a text; a problem unless it is valid.
 *
 * OpenSSL decides. It says the same of a wrong signature and of a lack of
 * memory, though, and only the first may be answered with a final "no". So for
 * a refused signature its padded digest is recovered, and has to be another
 * one than the text's.
 */
enum rtk_verdict rtk_signature_verify(const struct rtk_rsa_key *key,
                                      const void *text, size_t length,
                                      const char *signature,
                                      size_t signature_length,
                                      struct rtk_crypto_problem *problem);

/*
 * Signs a text with a private key; sets *signature_length. OpenSSL 3.0 may
 * spoil a key when it runs out of memory: then this fails until the key is made
 * anew, and never gives a wrong signature.
 */
bool rtk_signature_make(const struct rtk_rsa_key *key, const void *text,
                        size_t length, char signature[RTK_SIGNATURE_LENGTH],
                        size_t *signature_length,
                        struct rtk_crypto_problem *problem);

#endif
