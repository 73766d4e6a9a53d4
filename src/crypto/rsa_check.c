/* SPDX-License-Identifier: MIT */
#include "crypto/rsa_check.h"
#include "crypto/openssl.h"

#if RTK_HAS_OPENSSL

#include <stdio.h>
#include <string.h>

/* OpenSSL verifies nothing with a larger one, if the modulus is large. */
#define MAX_EXPONENT_BITS 64

/* The two numbers of a public key. */
struct numbers {
  const BIGNUM *modulus;
  const BIGNUM *exponent;
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  BIGNUM *owned[2];
#endif
};

#if OPENSSL_VERSION_NUMBER >= 0x30000000L

static int type_of(const struct rtk_openssl *openssl, const EVP_PKEY *pkey)
{
  return openssl->EVP_PKEY_get_base_id(pkey);
}

static bool get_numbers(const struct rtk_openssl *openssl, EVP_PKEY *pkey,
                        struct numbers *numbers)
{
  memset(numbers, 0, sizeof *numbers);
  if (!openssl->EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N,
                                      &numbers->owned[0]) ||
      !openssl->EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E,
                                      &numbers->owned[1]))
    return false;
  numbers->modulus = numbers->owned[0];
  numbers->exponent = numbers->owned[1];
  return true;
}

static void free_numbers(const struct rtk_openssl *openssl,
                         struct numbers *numbers)
{
  openssl->BN_free(numbers->owned[0]);
  openssl->BN_free(numbers->owned[1]);
}

#else

static int type_of(const struct rtk_openssl *openssl, const EVP_PKEY *pkey)
{
  return openssl->EVP_PKEY_base_id(pkey);
}

static bool get_numbers(const struct rtk_openssl *openssl, EVP_PKEY *pkey,
                        struct numbers *numbers)
{
  const RSA *rsa = openssl->EVP_PKEY_get0_RSA(pkey);
  memset(numbers, 0, sizeof *numbers);
  if (rsa)
    openssl->RSA_get0_key(rsa, &numbers->modulus, &numbers->exponent, NULL);
  return numbers->modulus && numbers->exponent;
}

static void free_numbers(const struct rtk_openssl *openssl,
                         struct numbers *numbers)
{
  (void)openssl;
  (void)numbers;
}

#endif

static const char *type_problem(int type)
{
  switch (type) {
  case EVP_PKEY_RSA:
    return NULL;
  case EVP_PKEY_RSA_PSS:
    return "is an RSA-PSS key, which cannot verify RSASSA-PKCS1-v1_5; an RSA "
           "key is needed";
  case EVP_PKEY_EC:
    return "is an EC key; an RSA key is needed";
  case EVP_PKEY_ED25519:
    return "is an Ed25519 key; an RSA key is needed";
  case EVP_PKEY_DSA:
    return "is a DSA key; an RSA key is needed";
  default:
    return "is not an RSA key";
  }
}

static bool check_numbers(const struct rtk_openssl *openssl,
                          const struct numbers *numbers, int bits,
                          struct rtk_crypto_problem *problem)
{
  int exponent_bits = openssl->BN_num_bits(numbers->exponent);
  if (bits < RTK_RSA_MIN_BITS || bits > RTK_RSA_MAX_BITS) {
    (void)snprintf(problem->text, sizeof problem->text,
                   "the key is an RSA key of %d bits; it has to have %d to %d",
                   bits, RTK_RSA_MIN_BITS, RTK_RSA_MAX_BITS);
    return false;
  }
  if (!openssl->BN_is_odd(numbers->modulus))
    return rtk_crypto_say_key(problem, "is no RSA key: its modulus is even");
  if (!openssl->BN_is_odd(numbers->exponent))
    return rtk_crypto_say_key(problem,
                              "is no RSA key: its public exponent is even");
  if (exponent_bits < 2)
    return rtk_crypto_say_key(problem,
                              "is no RSA key: its public exponent is below 3");
  if (exponent_bits > MAX_EXPONENT_BITS)
    return rtk_crypto_say_key(problem,
                              "has a public exponent of more than 64 bits");
  return true;
}

/* Keeps the modulus if it is not too large for any use. */
static bool keep_modulus(struct rtk_rsa_key *key, const BIGNUM *modulus)
{
  key->bits = key->openssl->BN_num_bits(modulus);
  key->size = ((size_t)key->bits + 7) / 8;
  return key->bits > RTK_RSA_MAX_BITS ||
         key->openssl->BN_bn2bin(modulus, key->modulus) == (int)key->size;
}

bool rtk_rsa_check(struct rtk_rsa_key *key, struct rtk_crypto_problem *problem)
{
  const struct rtk_openssl *openssl = key->openssl;
  const char *wrong_type = type_problem(type_of(openssl, key->pkey));
  struct numbers numbers;
  bool ok;
  if (wrong_type)
    return rtk_crypto_say_key(problem, wrong_type);
  if (get_numbers(openssl, key->pkey, &numbers) &&
      keep_modulus(key, numbers.modulus))
    ok = check_numbers(openssl, &numbers, key->bits, problem);
  else
    ok = rtk_crypto_failed(problem, openssl, "read the numbers of the key");
  free_numbers(openssl, &numbers);
  return ok;
}

#endif
