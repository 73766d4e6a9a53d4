/* SPDX-License-Identifier: MIT */
#include "crypto/signature.h"
#include "crypto/openssl.h"

#if RTK_HAS_OPENSSL

#include "crypto/base64.h"
#include "crypto/sha256.h"

#include <stdio.h>

static EVP_PKEY_CTX *new_context(const struct rtk_rsa_key *key)
{
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  return key->openssl->EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
#else
  return key->openssl->EVP_PKEY_CTX_new(key->pkey, NULL);
#endif
}

/* Sets padding and digest after EVP_PKEY_verify_init or EVP_PKEY_sign_init. */
static bool choose_scheme(const struct rtk_openssl *openssl,
                          EVP_PKEY_CTX *context)
{
  return openssl->EVP_PKEY_CTX_ctrl_str(context, "rsa_padding_mode", "pkcs1") >
             0 &&
         openssl->EVP_PKEY_CTX_ctrl_str(context, "digest", "sha256") > 0;
}

bool rtk_signature_prepare(struct rtk_rsa_key *key,
                           struct rtk_crypto_problem *problem)
{
  const struct rtk_openssl *openssl = key->openssl;
  key->verifier = new_context(key);
  if (!key->verifier || openssl->EVP_PKEY_verify_init(key->verifier) <= 0 ||
      !choose_scheme(openssl, key->verifier))
    return rtk_crypto_failed(problem, openssl,
                             "prepare the key for signatures");
  return true;
}

/* A modulus length that is no multiple of 8 bits takes another byte. */
static size_t size_of(const struct rtk_rsa_key *key)
{
  return ((size_t)key->bits + 7) / 8;
}

/* Decodes the signature, which has to be as long as the modulus. */
static bool decode_signature(const struct rtk_rsa_key *key, const char *text,
                             size_t length,
                             unsigned char bytes[RTK_SIGNATURE_BYTES],
                             struct rtk_crypto_problem *problem)
{
  size_t size;
  if (length > RTK_SIGNATURE_LENGTH)
    return rtk_crypto_say(problem, "the signature is too long");
  switch (rtk_base64_decode(text, length, bytes, RTK_SIGNATURE_BYTES, &size)) {
  case RTK_BASE64_OK:
    break;
  case RTK_BASE64_CHARACTER:
    return rtk_crypto_say(
        problem, "the signature is not base64: it has a character that "
                 "is not of the alphabet");
  case RTK_BASE64_PADDING:
    return rtk_crypto_say(problem,
                          "the signature is not base64: its end is missing or "
                          "not canonical");
  default:
    return rtk_crypto_say(problem, "the signature is too long");
  }
  if (size == size_of(key))
    return true;
  (void)snprintf(problem->text, sizeof problem->text,
                 "the signature has %zu bytes; the key makes signatures of %zu",
                 size, size_of(key));
  return false;
}

/*
 * Whether the last error means that OpenSSL could not do its work, rather than
 * that the signature is wrong.
 */
static bool is_internal(unsigned long error)
{
  int library = ERR_GET_LIB(error);
  return ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE ||
         library == ERR_LIB_BN || library == ERR_LIB_EVP ||
         library == ERR_LIB_CRYPTO;
}

static enum rtk_verdict verify(const struct rtk_rsa_key *key, const void *text,
                               size_t length, const unsigned char *signature,
                               struct rtk_crypto_problem *problem)
{
  const struct rtk_openssl *openssl = key->openssl;
  unsigned char digest[RTK_SHA256_BYTES];
  unsigned long error;
  if (!rtk_sha256(openssl, text, length, digest)) {
    rtk_crypto_failed(problem, openssl, "compute the digest");
    return RTK_SIGNATURE_UNDECIDED;
  }
  if (openssl->EVP_PKEY_verify(key->verifier, signature, size_of(key), digest,
                               sizeof digest) == 1)
    return RTK_SIGNATURE_VALID;
  error = openssl->ERR_peek_last_error();
  if (error != 0 && is_internal(error)) {
    rtk_crypto_failed(problem, openssl, "verify the signature");
    return RTK_SIGNATURE_UNDECIDED;
  }
  rtk_crypto_say(problem, "the signature is not the key's for this text");
  return RTK_SIGNATURE_INVALID;
}

enum rtk_verdict rtk_signature_verify(const struct rtk_rsa_key *key,
                                      const void *text, size_t length,
                                      const char *signature,
                                      size_t signature_length,
                                      struct rtk_crypto_problem *problem)
{
  unsigned char bytes[RTK_SIGNATURE_BYTES];
  enum rtk_verdict verdict;
  if (!decode_signature(key, signature, signature_length, bytes, problem))
    return RTK_SIGNATURE_INVALID;
  rtk_openssl_begin(key->openssl);
  verdict = verify(key, text, length, bytes, problem);
  rtk_openssl_end(key->openssl);
  return verdict;
}

/* Writes the signature; *size is its capacity before. */
static bool sign(const struct rtk_rsa_key *key, const void *text, size_t length,
                 unsigned char *signature, size_t *size)
{
  const struct rtk_openssl *openssl = key->openssl;
  unsigned char digest[RTK_SHA256_BYTES];
  EVP_PKEY_CTX *context = new_context(key);
  bool ok = context && rtk_sha256(openssl, text, length, digest) &&
            openssl->EVP_PKEY_sign_init(context) > 0 &&
            choose_scheme(openssl, context) &&
            openssl->EVP_PKEY_sign(context, signature, size, digest,
                                   sizeof digest) > 0;
  openssl->EVP_PKEY_CTX_free(context);
  return ok;
}

bool rtk_signature_make(const struct rtk_rsa_key *key, const void *text,
                        size_t length, char signature[RTK_SIGNATURE_LENGTH],
                        size_t *signature_length,
                        struct rtk_crypto_problem *problem)
{
  unsigned char bytes[RTK_SIGNATURE_BYTES];
  size_t size = sizeof bytes;
  bool ok;
  rtk_openssl_begin(key->openssl);
  ok = sign(key, text, length, bytes, &size);
  if (!ok)
    rtk_crypto_failed(problem, key->openssl, "sign");
  rtk_openssl_end(key->openssl);
  if (!ok)
    return false;
  *signature_length = rtk_base64_length(size);
  rtk_base64_encode(bytes, size, signature);
  return true;
}

#endif
