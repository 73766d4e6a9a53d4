/* SPDX-License-Identifier: MIT */
/* What went wrong with a key or a signature, as a text for a message. */
#ifndef RTK_CRYPTO_PROBLEM_H
#define RTK_CRYPTO_PROBLEM_H

#include <stdbool.h>

struct rtk_openssl;

/* Never holds a part of a key or of a signature. */
struct rtk_crypto_problem {
  char text[160];
};

/* Sets the text; returns false, which the caller returns. */
bool rtk_crypto_say(struct rtk_crypto_problem *problem, const char *text);

/* Says it of the key: "the key " and the text. */
bool rtk_crypto_say_key(struct rtk_crypto_problem *problem, const char *text);

/* Says what OpenSSL failed to do, with its reason; returns false. */
bool rtk_crypto_failed(struct rtk_crypto_problem *problem,
                       const struct rtk_openssl *openssl, const char *what);

#endif
