/* SPDX-License-Identifier: MIT */
/*
 * Which keys are fit for webhooks: RSA, without a restriction to other kinds of
 * signatures, of 2048 to 16384 bits, with an odd public exponent from 3 to 64
 * bits.
 */
#ifndef RTK_RSA_CHECK_H
#define RTK_RSA_CHECK_H

#include "crypto/problem.h"

#define RTK_RSA_MIN_BITS 2048
#define RTK_RSA_MAX_BITS 16384

struct evp_pkey_st;

/*
 * Sets *bits; false and a problem unless the key is fit for use. OpenSSL's
 * error queue may be filled.
 */
bool rtk_rsa_check(const struct rtk_openssl *openssl, struct evp_pkey_st *pkey,
                   int *bits, struct rtk_crypto_problem *problem);

#endif
