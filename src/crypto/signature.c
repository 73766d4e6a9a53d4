/* SPDX-License-Identifier: MIT */
#include "crypto/signature.h"
#include "crypto/openssl.h"

#if RTK_HAS_OPENSSL

#include "crypto/base64.h"
#include "crypto/sha256.h"

#include <stdio.h>
#include <string.h>

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
  key->recoverer = new_context(key);
  if (key->verifier && key->recoverer &&
      openssl->EVP_PKEY_verify_init(key->verifier) > 0 &&
      choose_scheme(openssl, key->verifier) &&
      openssl->EVP_PKEY_verify_recover_init(key->recoverer) > 0 &&
      openssl->EVP_PKEY_CTX_ctrl_str(key->recoverer, "rsa_padding_mode",
                                     "none") > 0)
    return true;
  return rtk_crypto_failed(problem, openssl, "prepare the key for signatures");
}

/* Decodes the signature, which has to be as long as the modulus. */
static bool decode_signature(const struct rtk_rsa_key *key, const char *text,
                             size_t length,
                             unsigned char bytes[RTK_RSA_MAX_BYTES],
                             struct rtk_crypto_problem *problem)
{
  size_t size;
  if (length > RTK_SIGNATURE_LENGTH)
    return rtk_crypto_say(problem, "the signature is too long");
  switch (rtk_base64_decode(text, length, bytes, RTK_RSA_MAX_BYTES, &size)) {
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
  if (size == key->size)
    return true;
  (void)snprintf(problem->text, sizeof problem->text,
                 "the signature has %zu bytes; the key makes signatures of %zu",
                 size, key->size);
  return false;
}

/* Writes the padded digest that a valid signature recovers to. */
static void pad(const unsigned char digest[RTK_SHA256_BYTES],
                unsigned char *padded, size_t size)
{
  /* Algorithm and length, in DER. */
  static const unsigned char info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60,
                                       0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                                       0x01, 0x05, 0x00, 0x04, 0x20};
  size_t rest = size - RTK_SHA256_BYTES - sizeof info;
  memset(padded, 0xff, rest);
  padded[0] = 0x00;
  padded[1] = 0x01;
  padded[rest - 1] = 0x00;
  memcpy(padded + rest, info, sizeof info);
  memcpy(padded + rest + sizeof info, digest, RTK_SHA256_BYTES);
}

/* Whether a signature that OpenSSL refused cannot be a valid one. */
static bool is_wrong(const struct rtk_rsa_key *key,
                     const unsigned char digest[RTK_SHA256_BYTES],
                     const unsigned char *signature)
{
  unsigned char expected[RTK_RSA_MAX_BYTES];
  unsigned char recovered[RTK_RSA_MAX_BYTES];
  size_t size = sizeof recovered;
  if (memcmp(signature, key->modulus, key->size) >= 0)
    return true;
  if (key->openssl->EVP_PKEY_verify_recover(key->recoverer, recovered, &size,
                                            signature, key->size) <= 0)
    return false;
  pad(digest, expected, key->size);
  return size != key->size || memcmp(recovered, expected, size) != 0;
}

static enum rtk_verdict verify(const struct rtk_rsa_key *key, const void *text,
                               size_t length, const unsigned char *signature,
                               struct rtk_crypto_problem *problem)
{
  const struct rtk_openssl *openssl = key->openssl;
  unsigned char digest[RTK_SHA256_BYTES];
  if (!rtk_sha256(openssl, text, length, digest)) {
    rtk_crypto_failed(problem, openssl, "compute the digest");
    return RTK_SIGNATURE_UNDECIDED;
  }
  if (openssl->EVP_PKEY_verify(key->verifier, signature, key->size, digest,
                               sizeof digest) == 1)
    return RTK_SIGNATURE_VALID;
  if (!is_wrong(key, digest, signature)) {
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
  unsigned char bytes[RTK_RSA_MAX_BYTES];
  enum rtk_verdict verdict;
  if (!decode_signature(key, signature, signature_length, bytes, problem))
    return RTK_SIGNATURE_INVALID;
  rtk_openssl_begin(key->openssl);
  verdict = verify(key, text, length, bytes, problem);
  rtk_openssl_end(key->openssl);
  return verdict;
}

/* Makes the signature of a digest; *size is the room for it before. */
static bool sign(const struct rtk_rsa_key *key,
                 const unsigned char digest[RTK_SHA256_BYTES],
                 unsigned char *signature, size_t *size)
{
  const struct rtk_openssl *openssl = key->openssl;
  EVP_PKEY_CTX *context = new_context(key);
  bool ok = context && openssl->EVP_PKEY_sign_init(context) > 0 &&
            choose_scheme(openssl, context) &&
            openssl->EVP_PKEY_sign(context, signature, size, digest,
                                   RTK_SHA256_BYTES) > 0;
  openssl->EVP_PKEY_CTX_free(context);
  /* Without memory OpenSSL 3.0 makes wrong ones, and one that is wrong in a
     half of its computation would tell the key. */
  return ok && openssl->EVP_PKEY_verify(key->verifier, signature, *size, digest,
                                        RTK_SHA256_BYTES) == 1;
}

bool rtk_signature_try(const struct rtk_rsa_key *key)
{
  static const unsigned char digest[RTK_SHA256_BYTES];
  unsigned char signature[RTK_RSA_MAX_BYTES];
  size_t size = sizeof signature;
  return sign(key, digest, signature, &size);
}

bool rtk_signature_make(const struct rtk_rsa_key *key, const void *text,
                        size_t length, char signature[RTK_SIGNATURE_LENGTH],
                        size_t *signature_length,
                        struct rtk_crypto_problem *problem)
{
  unsigned char digest[RTK_SHA256_BYTES];
  unsigned char bytes[RTK_RSA_MAX_BYTES];
  size_t size = sizeof bytes;
  bool ok;
  rtk_openssl_begin(key->openssl);
  ok = rtk_sha256(key->openssl, text, length, digest) &&
       sign(key, digest, bytes, &size);
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
