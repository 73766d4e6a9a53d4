/* SPDX-License-Identifier: MIT */
/*
 * The peer for memory in flight: sends N GETs at once through a bare multi
 * handle, waits until all are sent and none is answered, and prints by how
 * many bytes that made the process grow. A first request, which is answered,
 * does what is done only once.
 *
 *   bare_multi FIRST_URL URL N [CA_FILE]
 */
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static size_t ignore(char *data, size_t one, size_t size, void *user)
{
  (void)data;
  (void)one;
  (void)user;
  return size;
}

/* Bytes of memory that this process has. */
static long resident(void)
{
  FILE *file = fopen("/proc/self/statm", "r");
  char line[128] = "";
  char *pages = line;
  if (file) {
    (void)fgets(line, sizeof line, file);
    (void)fclose(file);
  }
  (void)strtol(line, &pages, 10);
  return strtol(pages, NULL, 10) * sysconf(_SC_PAGESIZE);
}

static CURL *start(CURLM *multi, const char *url, const char *ca_file)
{
  CURL *easy = curl_easy_init();
  if (!easy)
    exit(1);
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  if (ca_file)
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
  if (curl_multi_add_handle(multi, easy) != CURLM_OK)
    exit(1);
  return easy;
}

/* Drives the transfers for a while. Returns how many are not over. */
static int drive(CURLM *multi)
{
  int running = 0;
  if (curl_multi_perform(multi, &running) != CURLM_OK ||
      curl_multi_poll(multi, NULL, 0, 10, NULL) != CURLM_OK)
    exit(1);
  return running;
}

static bool is_sent(CURL *easy)
{
  long bytes = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &bytes);
  return bytes > 0;
}

/* Waits until all are sent. False when some are over by then. */
static bool send_all(CURLM *multi, CURL **handles, int count)
{
  int sent = 0;
  while (sent < count) {
    if (drive(multi) < count)
      return false;
    while (sent < count && is_sent(handles[sent]))
      sent++;
  }
  return true;
}

int main(int argc, char **argv)
{
  int count = argc > 3 ? atoi(argv[3]) : 0;
  const char *ca_file = argc > 4 ? argv[4] : NULL;
  CURL **handles;
  CURLM *multi;
  long before;
  int i;
  if (count < 1 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return 1;
  handles = calloc((size_t)count, sizeof(CURL *));
  multi = curl_multi_init();
  if (!handles || !multi)
    return 1;
  (void)start(multi, argv[1], ca_file);
  while (drive(multi) > 0)
    continue;
  before = resident();
  for (i = 0; i < count; i++)
    handles[i] = start(multi, argv[2], ca_file);
  if (!send_all(multi, handles, count))
    return 1;
  printf("%ld\n", resident() - before);
  while (drive(multi) > 0)
    continue;
  return 0;
}
