/* SPDX-License-Identifier: MIT */
/*
 * RSA keys, from PEM and to PEM.
 *
 * Nothing here raises. The owner of a key calls rtk_rsa_key_free; in this
 * library that is a userdata with __gc. A key belongs to one thread at a time.
 * OpenSSL's error queue is left as it was. What private keys need may be
 * missing: rtk_openssl_can_sign says so.
 */
#ifndef RTK_RSA_KEY_H
#define RTK_RSA_KEY_H

#include "crypto/problem.h"

#include <stdbool.h>
#include <stddef.h>

#define RTK_RSA_MIN_BITS 2048
#define RTK_RSA_MAX_BITS 16384
#define RTK_RSA_MAX_BYTES (RTK_RSA_MAX_BITS / 8)

struct evp_pkey_st;
struct evp_pkey_ctx_st;

struct rtk_rsa_key {
  const struct rtk_openssl *openssl;
  struct evp_pkey_st *pkey;         /* NULL until there is a key */
  struct evp_pkey_ctx_st *verifier; /* these two: see signature.h */
  struct evp_pkey_ctx_st *recoverer;
  bool is_private;
  char *pem; /* what rtk_rsa_key_write made, or NULL */
  size_t pem_length;
  int bits;                                 /* of the modulus */
  size_t size;                              /* its bytes */
  unsigned char modulus[RTK_RSA_MAX_BYTES]; /* the first size of them */
};

/* Makes a key without anything in it; it is owned from now on. */
void rtk_rsa_key_init(struct rtk_rsa_key *key,
                      const struct rtk_openssl *openssl);

/*
 * Reads a public or private key from PEM text (see pem.h); false and a problem
 * unless it is one that rsa_check.h accepts. Private keys must not be
 * encrypted, and their two halves have to fit together.
 */
bool rtk_rsa_key_read_public(struct rtk_rsa_key *key, const char *text,
                             size_t length, struct rtk_crypto_problem *problem);
bool rtk_rsa_key_read_private(struct rtk_rsa_key *key, const char *text,
                              size_t length,
                              struct rtk_crypto_problem *problem);

/* Makes a new private key; it takes about 0.1 s for 2048 bits. */
bool rtk_rsa_key_generate(struct rtk_rsa_key *key, int bits,
                          struct rtk_crypto_problem *problem);

/* Makes key->pem, "PRIVATE KEY" or "PUBLIC KEY". */
bool rtk_rsa_key_write(struct rtk_rsa_key *key, bool is_private,
                       struct rtk_crypto_problem *problem);

/* Overwrites and frees key->pem. */
void rtk_rsa_key_drop_pem(struct rtk_rsa_key *key);

/* Overwrites what is secret and frees all; the key has nothing in it then. */
void rtk_rsa_key_free(struct rtk_rsa_key *key);

#endif
