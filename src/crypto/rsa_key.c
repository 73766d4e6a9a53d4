/* SPDX-License-Identifier: MIT */
#include "crypto/rsa_key.h"
#include "crypto/openssl.h"

#if RTK_HAS_OPENSSL

#include "crypto/pem.h"
#include "crypto/rsa_check.h"
#include "crypto/signature.h"
#include "crypto/spki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char SPKI[] = "PUBLIC KEY";
static const char PKCS1[] = "RSA PUBLIC KEY";
static const char PKCS8[] = "PRIVATE KEY";
static const char PKCS1_PRIVATE[] = "RSA PRIVATE KEY";

static EVP_PKEY_CTX *new_generator(const struct rtk_openssl *openssl)
{
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  return openssl->EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
#else
  return openssl->EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
#endif
}

/* Prepares a key that has just been made, if it is fit for use. */
static bool prepare(struct rtk_rsa_key *key, struct rtk_crypto_problem *problem)
{
  if (!rtk_rsa_check(key, problem) || !rtk_signature_prepare(key, problem))
    return false;
  return !key->is_private || rtk_signature_try(key) ||
         rtk_crypto_failed(problem, key->openssl, "sign with the key");
}

/* Takes it, or frees it. */
static bool accept(struct rtk_rsa_key *key, struct rtk_crypto_problem *problem)
{
  bool ok = prepare(key, problem);
  if (!ok)
    rtk_rsa_key_free(key);
  return ok;
}

static const char *public_label_problem(const char *label)
{
  if (strcmp(label, SPKI) == 0 || strcmp(label, PKCS1) == 0)
    return NULL;
  if (strstr(label, "PRIVATE KEY"))
    return "is a private key; verifying needs the public one";
  if (strstr(label, "CERTIFICATE"))
    return "is a certificate; its public key is needed (openssl x509 -pubkey "
           "-noout prints it)";
  return "is no public key: its PEM block has another label";
}

static const char *private_label_problem(const char *label)
{
  if (strcmp(label, PKCS8) == 0 || strcmp(label, PKCS1_PRIVATE) == 0)
    return NULL;
  if (strstr(label, "ENCRYPTED"))
    return "is encrypted; a private key without a password is needed";
  if (strstr(label, "PRIVATE KEY"))
    return "is not an RSA key";
  if (strstr(label, "PUBLIC KEY"))
    return "is a public key; signing needs the private one";
  return "is no private key: its PEM block has another label";
}

/* Makes the key of the bytes that a PEM block holds. */
static bool parse(struct rtk_rsa_key *key, const struct rtk_pem *pem,
                  struct rtk_crypto_problem *problem)
{
  const struct rtk_openssl *openssl = key->openssl;
  const unsigned char *position = pem->bytes;
  long size = (long)pem->size;
  key->pkey = key->is_private
                  ? openssl->d2i_AutoPrivateKey(NULL, &position, size)
                  : openssl->d2i_PUBKEY(NULL, &position, size);
  if (!key->pkey)
    return rtk_crypto_failed(problem, openssl, "read the key");
  if (position == pem->bytes + size)
    return accept(key, problem);
  rtk_rsa_key_free(key);
  return rtk_crypto_say_key(problem, "is damaged: more bytes follow it");
}

static bool read_key(struct rtk_rsa_key *key, const char *text, size_t length,
                     struct rtk_crypto_problem *problem)
{
  struct rtk_pem pem;
  const char *wrong = rtk_pem_read(&pem, text, length);
  bool ok;
  if (!wrong)
    wrong = key->is_private ? private_label_problem(pem.label)
                            : public_label_problem(pem.label);
  if (!wrong && strcmp(pem.label, PKCS1) == 0 && !rtk_spki_wrap(&pem))
    wrong = "cannot be read: out of memory";
  if (wrong) {
    ok = rtk_crypto_say_key(problem, wrong);
  } else {
    rtk_openssl_begin(key->openssl);
    ok = parse(key, &pem, problem);
    rtk_openssl_end(key->openssl);
  }
  rtk_pem_free(&pem);
  return ok;
}

void rtk_rsa_key_init(struct rtk_rsa_key *key,
                      const struct rtk_openssl *openssl)
{
  memset(key, 0, sizeof *key);
  key->openssl = openssl;
}

bool rtk_rsa_key_read_public(struct rtk_rsa_key *key, const char *text,
                             size_t length, struct rtk_crypto_problem *problem)
{
  key->is_private = false;
  return read_key(key, text, length, problem);
}

bool rtk_rsa_key_read_private(struct rtk_rsa_key *key, const char *text,
                              size_t length, struct rtk_crypto_problem *problem)
{
  key->is_private = true;
  return read_key(key, text, length, problem);
}

static bool generate(struct rtk_rsa_key *key, int bits,
                     struct rtk_crypto_problem *problem)
{
  const struct rtk_openssl *openssl = key->openssl;
  EVP_PKEY_CTX *context = new_generator(openssl);
  char digits[16];
  (void)snprintf(digits, sizeof digits, "%d", bits);
  if (context && openssl->EVP_PKEY_keygen_init(context) > 0 &&
      openssl->EVP_PKEY_CTX_ctrl_str(context, "rsa_keygen_bits", digits) > 0)
    (void)openssl->EVP_PKEY_keygen(context, &key->pkey);
  openssl->EVP_PKEY_CTX_free(context);
  if (!key->pkey)
    return rtk_crypto_failed(problem, openssl, "make a key");
  return accept(key, problem);
}

bool rtk_rsa_key_generate(struct rtk_rsa_key *key, int bits,
                          struct rtk_crypto_problem *problem)
{
  bool ok;
  key->is_private = true;
  rtk_openssl_begin(key->openssl);
  ok = generate(key, bits, problem);
  rtk_openssl_end(key->openssl);
  return ok;
}

/* The private key as PKCS #8: its length, or 0 or less. */
static int encode_private(const struct rtk_rsa_key *key, unsigned char **der)
{
  const struct rtk_openssl *openssl = key->openssl;
  PKCS8_PRIV_KEY_INFO *info = openssl->EVP_PKEY2PKCS8(key->pkey);
  int size = info ? openssl->i2d_PKCS8_PRIV_KEY_INFO(info, der) : 0;
  openssl->PKCS8_PRIV_KEY_INFO_free(info);
  return size;
}

bool rtk_rsa_key_write(struct rtk_rsa_key *key, bool is_private,
                       struct rtk_crypto_problem *problem)
{
  const struct rtk_openssl *openssl = key->openssl;
  unsigned char *der = NULL;
  int size;
  rtk_rsa_key_drop_pem(key);
  rtk_openssl_begin(openssl);
  size = is_private ? encode_private(key, &der)
                    : openssl->i2d_PUBKEY(key->pkey, &der);
  if (size > 0)
    key->pem = rtk_pem_write(is_private ? PKCS8 : SPKI, der, (size_t)size,
                             &key->pem_length);
  if (!key->pem)
    rtk_crypto_failed(problem, openssl, "write the key");
  openssl->CRYPTO_clear_free(der, size > 0 ? (size_t)size : 0, __FILE__,
                             __LINE__);
  rtk_openssl_end(openssl);
  return key->pem != NULL;
}

void rtk_rsa_key_drop_pem(struct rtk_rsa_key *key)
{
  if (key->pem)
    explicit_bzero(key->pem, key->pem_length);
  free(key->pem);
  key->pem = NULL;
  key->pem_length = 0;
}

void rtk_rsa_key_free(struct rtk_rsa_key *key)
{
  rtk_rsa_key_drop_pem(key);
  key->openssl->EVP_PKEY_CTX_free(key->verifier);
  key->openssl->EVP_PKEY_CTX_free(key->recoverer);
  key->openssl->EVP_PKEY_free(key->pkey);
  key->verifier = NULL;
  key->recoverer = NULL;
  key->pkey = NULL;
}

#endif
