/* SPDX-License-Identifier: MIT */
#include "crypto/openssl.h"

#if RTK_HAS_OPENSSL

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define REGISTERED "rtk.openssl"

/* The library that belongs to the headers. */
#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)
#ifdef OPENSSL_SHLIB_VERSION
#define LIBRARY "libcrypto.so." TEXT(OPENSSL_SHLIB_VERSION)
#else
#define LIBRARY "libcrypto.so." SHLIB_VERSION_NUMBER
#endif

/* The files that the library is in, of any version. */
#define FILES "libcrypto"

/* A function, and where its pointer is in struct rtk_openssl. */
struct function {
  const char *name;
  size_t offset;
};

#define NAME_OF(name) #name
#define FUNCTION(name) {NAME_OF(name), offsetof(struct rtk_openssl, name)},
static const struct function to_verify[] = {RTK_OPENSSL_VERIFY(FUNCTION)};
static const struct function to_sign[] = {RTK_OPENSSL_SIGN(FUNCTION)};
#undef FUNCTION

#define COUNT(functions) (sizeof(functions) / sizeof *(functions))

enum place { NOWHERE, IN_LIBRARY, IN_HOST };

static bool is_library(void *function)
{
  Dl_info found;
  const char *name;
  if (dladdr(function, &found) == 0 || !found.dli_fname)
    return false;
  name = strrchr(found.dli_fname, '/');
  name = name ? name + 1 : found.dli_fname;
  return strncmp(name, FILES, strlen(FILES)) == 0;
}

/* Finds a function as the dynamic linker finds it for the library itself. */
static enum place find(void *library, const char *name, void **function)
{
  void *first = dlsym(RTLD_DEFAULT, name);
  *function = dlsym(library, name);
  if (!*function)
    return NOWHERE;
  /* Versions of symbols keep two versions of the library apart. */
  if (!first || first == *function || is_library(first))
    return IN_LIBRARY;
  *function = first;
  return IN_HOST;
}

/* Where all these functions are; those before the last are set. */
static enum place find_all(struct rtk_openssl *openssl, void *library,
                           const struct function *functions, size_t count)
{
  enum place all = NOWHERE;
  size_t i;
  for (i = 0; i < count; i++) {
    void *function;
    enum place place = find(library, functions[i].name, &function);
    if (place == NOWHERE || (i > 0 && place != all))
      return NOWHERE;
    all = place;
    memcpy((char *)openssl + functions[i].offset, (const void *)&function,
           sizeof function);
  }
  return all;
}

static void forget(struct rtk_openssl *openssl,
                   const struct function *functions, size_t count)
{
  size_t i;
  for (i = 0; i < count; i++)
    memset((char *)openssl + functions[i].offset, 0, sizeof(void *));
}

/* Returns NULL, or what is wrong. */
static const char *find_functions(struct rtk_openssl *openssl, void *library)
{
  enum place place = find_all(openssl, library, to_verify, COUNT(to_verify));
  /* Names that came or went with a version tell one from another. */
  if (place == NOWHERE)
    return "signatures need OpenSSL: this program contains parts of another "
           "one than the " LIBRARY " that this rtk was built for";
  if (find_all(openssl, library, to_sign, COUNT(to_sign)) != place)
    forget(openssl, to_sign, COUNT(to_sign));
  return NULL;
}

static const char *load(struct rtk_openssl *openssl)
{
  /* A key may be freed while all is closed: the library has to stay. */
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  const char *problem;
  if (!library)
    return "signatures need OpenSSL: this rtk was built for " LIBRARY
           ", which cannot be loaded";
  problem = find_functions(openssl, library);
  (void)dlclose(library);
  return problem;
}

/* The functions that the state has already, or NULL. */
static struct rtk_openssl *registered(lua_State *L)
{
  struct rtk_openssl *openssl;
  lua_getfield(L, LUA_REGISTRYINDEX, REGISTERED);
  openssl = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return openssl;
}

const struct rtk_openssl *rtk_openssl_open(lua_State *L)
{
  struct rtk_openssl *openssl = registered(L);
  struct rtk_openssl *earlier;
  const char *problem;
  if (openssl)
    return openssl;
  openssl = rtk_newuserdata(L, sizeof *openssl);
  problem = load(openssl);
  if (problem) {
    lua_pop(L, 1);
    lua_pushnil(L);
    lua_pushstring(L, problem);
    return NULL;
  }
  /* A finalizer may have made a key meanwhile, which needs what it has. */
  earlier = registered(L);
  if (earlier) {
    lua_pop(L, 1);
    return earlier;
  }
  lua_setfield(L, LUA_REGISTRYINDEX, REGISTERED);
  return openssl;
}

bool rtk_openssl_can_sign(const struct rtk_openssl *openssl)
{
  return openssl->EVP_PKEY_sign != NULL;
}

void rtk_openssl_begin(const struct rtk_openssl *openssl)
{
  /* An empty queue cannot be marked, and is emptied in the end. */
  (void)openssl->ERR_set_mark();
}

void rtk_openssl_end(const struct rtk_openssl *openssl)
{
  (void)openssl->ERR_pop_to_mark();
}

#else

const struct rtk_openssl *rtk_openssl_open(lua_State *L)
{
  lua_pushnil(L);
  lua_pushliteral(L, "signatures need OpenSSL: this rtk was built without its "
                     "headers; install them (libssl-dev on Debian) and build "
                     "rtk again");
  return NULL;
}

#endif
