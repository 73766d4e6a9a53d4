/* SPDX-License-Identifier: MIT */
#include "crypto/problem.h"
#include "crypto/openssl.h"

#if RTK_HAS_OPENSSL

#include <stdio.h>

bool rtk_crypto_say(struct rtk_crypto_problem *problem, const char *text)
{
  (void)snprintf(problem->text, sizeof problem->text, "%s", text);
  return false;
}

bool rtk_crypto_say_key(struct rtk_crypto_problem *problem, const char *text)
{
  (void)snprintf(problem->text, sizeof problem->text, "the key %s", text);
  return false;
}

bool rtk_crypto_failed(struct rtk_crypto_problem *problem,
                       const struct rtk_openssl *openssl, const char *what)
{
  const char *reason =
      openssl->ERR_reason_error_string(openssl->ERR_peek_last_error());
  (void)snprintf(problem->text, sizeof problem->text,
                 "OpenSSL could not %s%s%s", what, reason ? ": " : "",
                 reason ? reason : "");
  return false;
}

#endif
