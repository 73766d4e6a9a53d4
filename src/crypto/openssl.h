/* SPDX-License-Identifier: MIT */
/*
 * OpenSSL's libcrypto, found when it is first used.
 *
 * libcurl normally has loaded the library already. Nothing is linked: rtk is
 * built and loaded without OpenSSL, too, and then lacks only what needs it. A
 * host program such as nginx may have an OpenSSL of its own linked in, whose
 * symbols come first wherever the library's are looked up, inside the library,
 * too (see tls/host_tls.h). Calls that meet two OpenSSLs crash, so all
 * functions are taken from the one or all from the other, or none.
 *
 * Only the EVP interface is used, without calls that OpenSSL 3 deprecates: the
 * code compiles with the headers of 1.1.1, 3 and 4, and takes the library of
 * these headers. Without headers (or with RTK_WITHOUT_OPENSSL defined)
 * RTK_HAS_OPENSSL is 0, and all that needs OpenSSL gives nil and a message.
 */
#ifndef RTK_OPENSSL_H
#define RTK_OPENSSL_H

#include "base/compat.h"

#define RTK_HAS_OPENSSL 0
#if !defined(RTK_WITHOUT_OPENSSL) && defined(__has_include)
#if __has_include(<openssl/evp.h>)
#include <openssl/opensslv.h>
/* LibreSSL and BoringSSL have other types and libraries behind these names. */
#if OPENSSL_VERSION_NUMBER >= 0x10101000L &&                                   \
    !defined(LIBRESSL_VERSION_NUMBER) && !defined(OPENSSL_IS_BORINGSSL)
#undef RTK_HAS_OPENSSL
#define RTK_HAS_OPENSSL 1
#endif
#endif
#endif

struct rtk_openssl;

/*
 * [-0, +(0|2), m] The functions of libcrypto for this state, which keeps them
 * for its lifetime; NULL if there is none, and nil and a message are pushed.
 */
const struct rtk_openssl *rtk_openssl_open(lua_State *L);

#if RTK_HAS_OPENSSL
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdbool.h>

/* Names that depend on the version. */
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#include <openssl/core_names.h>
#define RTK_OPENSSL_READ_NUMBERS(F)                                            \
  F(BN_free)                                                                   \
  F(EVP_PKEY_CTX_new_from_pkey)                                                \
  F(EVP_PKEY_get_base_id)                                                      \
  F(EVP_PKEY_get_bn_param)
#define RTK_OPENSSL_NEW_GENERATOR EVP_PKEY_CTX_new_from_name
#else
#define RTK_OPENSSL_READ_NUMBERS(F)                                            \
  F(EVP_PKEY_CTX_new)                                                          \
  F(EVP_PKEY_base_id)                                                          \
  F(EVP_PKEY_get0_RSA)                                                         \
  F(RSA_get0_key)
#define RTK_OPENSSL_NEW_GENERATOR EVP_PKEY_CTX_new_id
#endif

/* What verifying needs. */
#define RTK_OPENSSL_VERIFY(F)                                                  \
  F(BN_bn2bin)                                                                 \
  F(BN_is_odd)                                                                 \
  F(BN_num_bits)                                                               \
  F(ERR_peek_last_error)                                                       \
  F(ERR_pop_to_mark)                                                           \
  F(ERR_reason_error_string)                                                   \
  F(ERR_set_mark)                                                              \
  F(EVP_Digest)                                                                \
  F(EVP_PKEY_CTX_ctrl_str)                                                     \
  F(EVP_PKEY_CTX_free)                                                         \
  F(EVP_PKEY_free)                                                             \
  F(EVP_PKEY_verify)                                                           \
  F(EVP_PKEY_verify_init)                                                      \
  F(EVP_PKEY_verify_recover)                                                   \
  F(EVP_PKEY_verify_recover_init)                                              \
  F(EVP_sha256)                                                                \
  F(d2i_PUBKEY)                                                                \
  RTK_OPENSSL_READ_NUMBERS(F)

/* What private keys need besides; a host may have linked in less. */
#define RTK_OPENSSL_SIGN(F)                                                    \
  F(CRYPTO_clear_free)                                                         \
  F(EVP_PKEY2PKCS8)                                                            \
  F(EVP_PKEY_keygen)                                                           \
  F(EVP_PKEY_keygen_init)                                                      \
  F(EVP_PKEY_sign)                                                             \
  F(EVP_PKEY_sign_init)                                                        \
  F(PKCS8_PRIV_KEY_INFO_free)                                                  \
  F(d2i_AutoPrivateKey)                                                        \
  F(i2d_PKCS8_PRIV_KEY_INFO)                                                   \
  F(i2d_PUBKEY)                                                                \
  F(RTK_OPENSSL_NEW_GENERATOR)

/* A pointer to each function, under the name of the function. */
#define RTK_OPENSSL_MEMBER(name) __typeof__(name) *(name);
struct rtk_openssl {
  RTK_OPENSSL_VERIFY(RTK_OPENSSL_MEMBER)
  RTK_OPENSSL_SIGN(RTK_OPENSSL_MEMBER) /* NULL if not all of them are there */
};
#undef RTK_OPENSSL_MEMBER

/* Whether the functions that private keys need are there. */
bool rtk_openssl_can_sign(const struct rtk_openssl *openssl);

/*
 * Between these two the library's error queue may be filled; afterwards it
 * holds what it held before.
 */
void rtk_openssl_begin(const struct rtk_openssl *openssl);
void rtk_openssl_end(const struct rtk_openssl *openssl);
#endif

#endif
