/* SPDX-License-Identifier: MIT */
#include "tls/host_tls.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* The library that OpenSSL is normally in, of any version. */
#define LIBRARY "libssl"

const char *rtk_host_tls_file(void)
{
  Dl_info found;
  const char *name;
  /* The search is the dynamic linker's own: the program comes first. */
  void *function = dlsym(RTLD_DEFAULT, "SSL_CTX_new");
  if (!function || dladdr(function, &found) == 0 || !found.dli_fname)
    return NULL;
  name = strrchr(found.dli_fname, '/');
  name = name ? name + 1 : found.dli_fname;
  return strncmp(name, LIBRARY, strlen(LIBRARY)) == 0 ? NULL : found.dli_fname;
}

void rtk_host_tls_find_errors(struct rtk_host_tls_errors *errors)
{
  /* ISO C has no conversion of a pointer to an object into one to a function.
   */
  *(void **)&errors->peek = dlsym(RTLD_DEFAULT, "ERR_peek_error");
  *(void **)&errors->clear = dlsym(RTLD_DEFAULT, "ERR_clear_error");
  if (!errors->clear)
    errors->peek = NULL;
}

void rtk_host_tls_clear_errors(const struct rtk_host_tls_errors *errors)
{
  if (errors->peek && errors->peek() != 0)
    errors->clear();
}
