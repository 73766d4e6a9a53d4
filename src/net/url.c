/* SPDX-License-Identifier: MIT */
#include "net/url.h"

#include <stdbool.h>
#include <string.h>

/* Of host and port: longer ones are parsed each time. */
#define MAX_ORIGIN 300

void rtk_url_init(struct rtk_url *url)
{
  url->parsed = NULL;
  rtk_buffer_init(&url->origin, MAX_ORIGIN);
}

void rtk_url_close(struct rtk_url *url)
{
  curl_url_cleanup(url->parsed);
  rtk_buffer_free(&url->origin);
  rtk_url_init(url);
}

/* The length of scheme, host and port. */
static size_t origin_length(const char *text)
{
  size_t authority = (size_t)(strchr(text, ':') - text) + 3;
  return authority + strcspn(text + authority, "/?#");
}

static bool is_plain(unsigned char c)
{
  unsigned char lower = c | 0x20;
  return (lower >= 'a' && lower <= 'z') || (c >= '-' && c <= '9') || c == '_' ||
         c == '~' || c == '=' || c == '&' || c == '?';
}

/*
 * True if the parser takes path and query for what they are: they have no
 * characters to encode, no segments "." and "..", and there is no fragment.
 */
static bool is_verbatim(const char *target)
{
  size_t i;
  if (target[0] != '/')
    return false;
  for (i = 1; target[i]; i++)
    if (!is_plain((unsigned char)target[i]) ||
        (target[i] == '.' && target[i - 1] == '/'))
      return false;
  return true;
}

static CURLcode code_of(CURLUcode code)
{
  if (code == CURLUE_OUT_OF_MEMORY)
    return CURLE_OUT_OF_MEMORY;
  return code == CURLUE_OK ? CURLE_OK : CURLE_URL_MALFORMAT;
}

/* Replaces path and query. */
static CURLUcode replace_target(CURLU *parsed, char *target)
{
  char *mark = strchr(target, '?');
  CURLUcode code;
  if (mark)
    *mark = '\0';
  code = curl_url_set(parsed, CURLUPART_PATH, target, 0);
  if (mark)
    *mark = '?';
  if (code != CURLUE_OK)
    return code;
  return curl_url_set(parsed, CURLUPART_QUERY, mark ? mark + 1 : NULL, 0);
}

/* Keeps a copy of the origin, or none where memory is short. */
static void keep_origin(struct rtk_url *url, const char *text, size_t length)
{
  if (rtk_buffer_reserve_exactly(&url->origin, length) == RTK_BUFFER_OK)
    (void)rtk_buffer_append(&url->origin, text, length);
}

/* Parses all of it. */
static CURLUcode parse(struct rtk_url *url, const char *text, size_t origin)
{
  CURLUcode code;
  url->origin.length = 0;
  if (!url->parsed)
    url->parsed = curl_url();
  if (!url->parsed)
    return CURLUE_OUT_OF_MEMORY;
  code = curl_url_set(url->parsed, CURLUPART_URL, text, 0);
  /* Replacing path and query would leave a fragment. Without a copy of the
     origin the next URL is parsed, too. */
  if (code == CURLUE_OK && !strchr(text + origin, '#'))
    keep_origin(url, text, origin);
  return code;
}

CURLcode rtk_url_parse(struct rtk_url *url, char *text)
{
  size_t origin = origin_length(text);
  if (origin == url->origin.length &&
      memcmp(text, url->origin.data, origin) == 0 &&
      is_verbatim(text + origin)) {
    CURLUcode code = replace_target(url->parsed, text + origin);
    if (code != CURLUE_OK)
      url->origin.length = 0;
    return code_of(code);
  }
  return code_of(parse(url, text, origin));
}

CURLcode rtk_url_set(const struct rtk_url *url, const char *text, CURL *easy)
{
  CURLcode code = CURLE_OK;
  /* It loses the zone of an IPv6 address (7.88). */
  bool is_parsed = memchr(text, '[', origin_length(text)) == NULL;
  /* Whatever is given as parsed, newer ones forget the text (8.14). */
  if (!is_parsed)
    code = curl_easy_setopt(easy, CURLOPT_CURLU, NULL);
  /* With a text libcurl (7.88) makes none of what is parsed. */
  if (code == CURLE_OK)
    code = curl_easy_setopt(easy, CURLOPT_URL, text);
  if (code == CURLE_OK && is_parsed)
    code = curl_easy_setopt(easy, CURLOPT_CURLU, url->parsed);
  return code;
}
