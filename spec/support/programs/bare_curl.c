/* SPDX-License-Identifier: MIT */
/*
 * The peer for benchmarks: GETs a URL N times over one kept-alive connection
 * with a bare easy handle, set up once, and prints the CPU time of one
 * request, user and system, in microseconds. It sends the same bytes as the
 * transport does and only counts those that come back.
 *
 *   bare_curl URL N [HEADER]...
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static size_t count_bytes(char *data, size_t one, size_t size, void *user)
{
  size_t *bytes = user;
  (void)data;
  (void)one;
  *bytes += size;
  return size;
}

static double cpu_microseconds(void)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
  struct curl_slist *headers = NULL;
  size_t bytes = 0;
  CURL *easy;
  double start;
  long count;
  long i;
  int argument;
  if (argc < 3)
    return 1;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  easy = curl_easy_init();
  count = strtol(argv[2], NULL, 10);
  if (!easy || count < 1)
    return 1;
  for (argument = 3; argument < argc; argument++)
    headers = curl_slist_append(headers, argv[argument]);
  curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L); /* saves system calls */
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, count_bytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &bytes);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (curl_easy_perform(easy) != CURLE_OK) /* connects */
    return 1;
  start = cpu_microseconds();
  for (i = 0; i < count; i++)
    if (curl_easy_perform(easy) != CURLE_OK)
      return 1;
  printf("%.3f\n", (cpu_microseconds() - start) / (double)count);
  curl_easy_cleanup(easy);
  curl_slist_free_all(headers);
  curl_global_cleanup();
  return 0;
}
