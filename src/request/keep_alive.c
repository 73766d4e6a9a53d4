/* SPDX-License-Identifier: MIT */
#include "request/keep_alive.h"
#include "base/clock.h"

#include <curl/curl.h>

#define NAME "Keep-Alive:"
#define PARAMETER "timeout="

/* For a round trip: the server counts from the end of its reply on, and until
   the next request arrives. */
#define MARGIN RTK_CLOCK_SECOND

/* More is a promise that no network keeps. */
#define MOST_SECONDS 86400

/* Whether a text of some bytes begins with a word. */
static int begins_with(const char *text, size_t size, const char *word,
                       size_t length)
{
  return size >= length && curl_strnequal(text, word, length);
}

int64_t rtk_keep_alive_read(const char *line, size_t size)
{
  const size_t length = sizeof PARAMETER - 1;
  int64_t seconds = -1;
  size_t i = sizeof NAME - 1;
  if (!begins_with(line, size, NAME, i))
    return -1;
  while (i < size && !begins_with(line + i, size - i, PARAMETER, length))
    i++;
  for (i += length; i < size && line[i] >= '0' && line[i] <= '9'; i++) {
    seconds = (seconds < 0 ? 0 : seconds * 10) + (line[i] - '0');
    if (seconds > MOST_SECONDS)
      seconds = MOST_SECONDS;
  }
  if (seconds < 1)
    return seconds;
  return seconds * RTK_CLOCK_SECOND - MARGIN;
}
