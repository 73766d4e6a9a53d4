/* SPDX-License-Identifier: MIT */
/*
 * Signatures of webhooks for Lua: RSASSA-PKCS1-v1_5 with SHA-256, in base64.
 *
 *   key:verify(text, signature)
 *                        -> true; false and a reason if the signature is not
 *                           the key's for exactly these bytes; nil and a
 *                           message if OpenSSL could not tell, as when it is
 *                           out of memory: ask again
 *   key:sign(text)       -> signature, or nil, message
 *   key:public_pem()     -> "PUBLIC KEY" in PEM, or nil, message
 *   key:private_pem()    -> "PRIVATE KEY" in PEM, or nil, message
 *
 * A private key has all of them, and a public key raises for sign and
 * private_pem. tostring shows the kind and the size. Private keys are
 * overwritten when they are collected; strings that Lua got are not.
 *
 * rsa_key.h says which keys are accepted, openssl.h which OpenSSL is used.
 * Where there is none, all functions give nil and a message.
 */
#ifndef RTK_CRYPTO_LUA_H
#define RTK_CRYPTO_LUA_H

#include <lua.h>

/* public_key(pem) -> key, or nil, message. [-0, +(1|2), e] */
int crypto_public_key(lua_State *L);

/* private_key(pem) -> key, or nil, message. [-0, +(1|2), e] */
int crypto_private_key(lua_State *L);

/*
 * new_private_key(bits = 2048) -> key, or nil, message. Raises unless there
 * are 2048 to 16384 bits. [-0, +(1|2), e]
 */
int crypto_new_private_key(lua_State *L);

/* sha256(text) -> digest in lower-case hexadecimal digits, or nil, message.
   [-0, +(1|2), e] */
int crypto_sha256(lua_State *L);

#endif
