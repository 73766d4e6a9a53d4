/* SPDX-License-Identifier: MIT */
#include "crypto/crypto_lua.h"
#include "base/compat.h"
#include "crypto/openssl.h"

#if RTK_HAS_OPENSSL

#include "base/userdata.h"
#include "crypto/rsa_key.h"
#include "crypto/sha256.h"
#include "crypto/signature.h"

#define TYPE_NAME "rtk.key"

static struct rtk_rsa_key *to_key(lua_State *L)
{
  struct rtk_rsa_key *key = luaL_checkudata(L, 1, TYPE_NAME);
  if (!key->pkey)
    luaL_error(L, "key is closed");
  return key;
}

static struct rtk_rsa_key *to_private_key(lua_State *L)
{
  struct rtk_rsa_key *key = to_key(L);
  if (!key->is_private)
    luaL_error(L, "key is a public key; this needs the private one");
  return key;
}

static int push_problem(lua_State *L, const struct rtk_crypto_problem *problem)
{
  lua_pushnil(L);
  lua_pushstring(L, problem->text);
  return 2;
}

static int key_verify(lua_State *L)
{
  struct rtk_rsa_key *key = to_key(L);
  struct rtk_crypto_problem problem;
  size_t length;
  size_t signature_length;
  const char *text = luaL_checklstring(L, 2, &length);
  const char *signature = luaL_checklstring(L, 3, &signature_length);
  switch (rtk_signature_verify(key, text, length, signature, signature_length,
                               &problem)) {
  case RTK_SIGNATURE_VALID:
    lua_pushboolean(L, 1);
    return 1;
  case RTK_SIGNATURE_INVALID:
    lua_pushboolean(L, 0);
    lua_pushstring(L, problem.text);
    return 2;
  default:
    return push_problem(L, &problem);
  }
}

static int key_sign(lua_State *L)
{
  struct rtk_rsa_key *key = to_private_key(L);
  struct rtk_crypto_problem problem;
  char signature[RTK_SIGNATURE_LENGTH];
  size_t signature_length;
  size_t length;
  const char *text = luaL_checklstring(L, 2, &length);
  if (!rtk_signature_make(key, text, length, signature, &signature_length,
                          &problem))
    return push_problem(L, &problem);
  lua_pushlstring(L, signature, signature_length);
  return 1;
}

static int push_pem(lua_State *L, struct rtk_rsa_key *key, bool is_private)
{
  struct rtk_crypto_problem problem;
  if (!rtk_rsa_key_write(key, is_private, &problem))
    return push_problem(L, &problem);
  lua_pushlstring(L, key->pem, key->pem_length);
  rtk_rsa_key_drop_pem(key);
  return 1;
}

static int key_public_pem(lua_State *L)
{
  return push_pem(L, to_key(L), false);
}

static int key_private_pem(lua_State *L)
{
  return push_pem(L, to_private_key(L), true);
}

static int key_tostring(lua_State *L)
{
  const struct rtk_rsa_key *key = luaL_checkudata(L, 1, TYPE_NAME);
  lua_pushfstring(L, TYPE_NAME " (%s, RSA, %d bits)",
                  key->is_private ? "private" : "public", key->bits);
  return 1;
}

static int key_gc(lua_State *L)
{
  rtk_rsa_key_free(luaL_checkudata(L, 1, TYPE_NAME));
  return 0;
}

static const luaL_Reg methods[] = {
    {"verify", key_verify},
    {"sign", key_sign},
    {"public_pem", key_public_pem},
    {"private_pem", key_private_pem},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {
    {"__gc", key_gc}, {"__tostring", key_tostring}, {NULL, NULL}};

static const struct rtk_userdata_type type = {TYPE_NAME, metamethods, methods};

/* [-0, +(1|2), m] Pushes a key without anything in it; or pushes nil and a
   message, and returns NULL. */
static struct rtk_rsa_key *push_key(lua_State *L)
{
  const struct rtk_openssl *openssl = rtk_openssl_open(L);
  struct rtk_rsa_key *key;
  if (!openssl)
    return NULL;
  rtk_userdata_push_metatable(L, &type, 0);
  key = rtk_newuserdata(L, sizeof *key);
  rtk_rsa_key_init(key, openssl);
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  return key;
}

/* The same for a private key. */
static struct rtk_rsa_key *push_private_key(lua_State *L)
{
  struct rtk_rsa_key *key = push_key(L);
  if (!key || rtk_openssl_can_sign(key->openssl))
    return key;
  lua_pushnil(L);
  lua_pushliteral(L, "this program has its own OpenSSL linked in, without "
                     "what private keys need");
  return NULL;
}

int crypto_public_key(lua_State *L)
{
  struct rtk_crypto_problem problem;
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  struct rtk_rsa_key *key = push_key(L);
  if (!key)
    return 2;
  if (!rtk_rsa_key_read_public(key, text, length, &problem))
    return push_problem(L, &problem);
  return 1;
}

int crypto_private_key(lua_State *L)
{
  struct rtk_crypto_problem problem;
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  struct rtk_rsa_key *key = push_private_key(L);
  if (!key)
    return 2;
  if (!rtk_rsa_key_read_private(key, text, length, &problem))
    return push_problem(L, &problem);
  return 1;
}

int crypto_new_private_key(lua_State *L)
{
  struct rtk_crypto_problem problem;
  lua_Integer bits = luaL_optinteger(L, 1, RTK_RSA_MIN_BITS);
  struct rtk_rsa_key *key;
  luaL_argcheck(L, bits >= RTK_RSA_MIN_BITS && bits <= RTK_RSA_MAX_BITS, 1,
                "a key has 2048 to 16384 bits");
  key = push_private_key(L);
  if (!key)
    return 2;
  if (!rtk_rsa_key_generate(key, (int)bits, &problem))
    return push_problem(L, &problem);
  return 1;
}

int crypto_sha256(lua_State *L)
{
  static const char digits[] = "0123456789abcdef";
  unsigned char digest[RTK_SHA256_BYTES];
  char text[2 * RTK_SHA256_BYTES];
  size_t length;
  size_t i;
  bool ok;
  const char *bytes = luaL_checklstring(L, 1, &length);
  const struct rtk_openssl *openssl = rtk_openssl_open(L);
  if (!openssl)
    return 2;
  rtk_openssl_begin(openssl);
  ok = rtk_sha256(openssl, bytes, length, digest);
  rtk_openssl_end(openssl);
  if (!ok) {
    lua_pushnil(L);
    lua_pushliteral(L, "OpenSSL could not compute the digest");
    return 2;
  }
  for (i = 0; i < sizeof digest; i++) {
    text[2 * i] = digits[digest[i] >> 4];
    text[2 * i + 1] = digits[digest[i] & 15];
  }
  lua_pushlstring(L, text, sizeof text);
  return 1;
}

#else

int crypto_public_key(lua_State *L)
{
  (void)rtk_openssl_open(L);
  return 2;
}

int crypto_private_key(lua_State *L)
{
  (void)rtk_openssl_open(L);
  return 2;
}

int crypto_new_private_key(lua_State *L)
{
  (void)rtk_openssl_open(L);
  return 2;
}

int crypto_sha256(lua_State *L)
{
  (void)rtk_openssl_open(L);
  return 2;
}

#endif
