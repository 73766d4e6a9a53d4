/* SPDX-License-Identifier: MIT */
/*
 * The only mutable globals of the library. Each is either written once under
 * pthread_once or written in a child of fork, which has a single thread.
 */
#include "base/process.h"

#include <pthread.h>

#if defined(LIBCURL_VERSION_NUM) && LIBCURL_VERSION_NUM < 0x074c00
#error "rtk needs libcurl 7.76 or newer with its headers, and these are older"
#endif

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode init_result = CURLE_FAILED_INIT;
static unsigned generation;

static void enter_child(void)
{
  generation++;
}

static void init(void)
{
  init_result = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (pthread_atfork(NULL, NULL, enter_child) != 0)
    init_result = CURLE_OUT_OF_MEMORY;
}

CURLcode rtk_process_init(void)
{
  if (pthread_once(&once, init) != 0)
    return CURLE_FAILED_INIT;
  return init_result;
}

unsigned rtk_process_generation(void)
{
  return generation;
}

int process_generation(lua_State *L)
{
  lua_pushinteger(L, (lua_Integer)generation);
  return 1;
}
