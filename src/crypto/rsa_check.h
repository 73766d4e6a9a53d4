/* SPDX-License-Identifier: MIT */
/*
 * Which keys are fit for webhooks: RSA, without a restriction to other kinds of
 * signatures, of 2048 to 16384 bits, with an odd public exponent from 3 to 64
 * bits.
 */
#ifndef RTK_RSA_CHECK_H
#define RTK_RSA_CHECK_H

#include "crypto/rsa_key.h"

/*
 * Sets the bits and the modulus of a key; false and a problem unless it is fit
 * for use. OpenSSL's error queue may be filled.
 */
bool rtk_rsa_check(struct rtk_rsa_key *key, struct rtk_crypto_problem *problem);

#endif
