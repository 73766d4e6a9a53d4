/* SPDX-License-Identifier: MIT */
/*
 * The URL of a transfer, parsed by libcurl's parser.
 *
 * The URLs of a client differ in path and query. So what was parsed is kept,
 * and of a URL with the same scheme, host and port only these are replaced:
 * that takes a tenth of the time. libcurl reads what is parsed without making
 * a text of it, as it does for a text that it has to parse.
 *
 * Nothing here raises or calls Lua.
 */
#ifndef RTK_URL_H
#define RTK_URL_H

#include "base/buffer.h"

#include <curl/curl.h>

struct rtk_url {
  CURLU *parsed;            /* NULL until first used */
  struct rtk_buffer origin; /* of what is parsed; empty: it cannot be reused */
};

/* Makes an empty one; acquires nothing. */
void rtk_url_init(struct rtk_url *url);

/* Gives its memory back, after the handles that use it. Idempotent. */
void rtk_url_close(struct rtk_url *url);

/*
 * Parses a text that begins with http:// or https:// and names a host. Changes
 * the text while it runs. CURLE_OK, CURLE_URL_MALFORMAT or CURLE_OUT_OF_MEMORY.
 */
CURLcode rtk_url_parse(struct rtk_url *url, char *text);

/*
 * Makes a handle use what was parsed of that text. Both have to stay until the
 * handle is given another. libcurl 8.20 and newer send %2f in the path as %2F.
 */
CURLcode rtk_url_set(const struct rtk_url *url, const char *text, CURL *easy);

#endif
