/* SPDX-License-Identifier: MIT */
/*
 * The two forms of a public RSA key: the numbers alone (PKCS #1, "RSA PUBLIC
 * KEY") and with the name of the algorithm around them (SubjectPublicKeyInfo,
 * "PUBLIC KEY").
 */
#ifndef RTK_SPKI_H
#define RTK_SPKI_H

#include "crypto/pem.h"

/* Turns the bytes of the first form into the second, without looking at them;
   false when out of memory. */
bool rtk_spki_wrap(struct rtk_pem *pem);

#endif
