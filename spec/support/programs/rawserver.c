/* SPDX-License-Identifier: MIT */
/*
 * A TCP server that does to each connection exactly what its arguments say,
 * so that a spec can show the bytes (and the rudeness) it is about.
 *
 *   rawserver LOG script [-- script]...
 *
 * The n-th connection gets the n-th script, later ones the last. A script is
 * a sequence of
 *   read          read one request; it is appended to LOG
 *   send TEXT     send TEXT, in which \r \n \\ and \xHH stand for bytes
 *   drip MS TEXT  the same, one byte each MS milliseconds
 *   times N TEXT  send TEXT so many times
 *   flood TEXT    send TEXT again and again until the client is gone
 *   file PATH     send what is in a file
 *   sleep MS
 *   gulp          read what comes first, such as the beginning of TLS
 *   await         wait until there is a file LOG.go
 *   hold          wait until the client is gone
 *   rst           close with a reset
 *   again         start over
 * and ends with an orderly close. LOG gets one line per request, "conn n
 * request m METHOD PATH", and the whole of it in LOG.raw. The first line on
 * stdout is "PORT PID"; the server runs until it is killed, or for twenty
 * minutes.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_SIZE (1024 * 1024)
#define LIFETIME 1200

struct connection {
  int fd;
  int number;
  int requests;
  char **script;
  const char *log;
};

static void nap(long milliseconds)
{
  struct timespec time;
  time.tv_sec = milliseconds / 1000;
  time.tv_nsec = milliseconds % 1000 * 1000000;
  nanosleep(&time, NULL);
}

/* Replaces escapes in place; returns the length. */
static size_t unescape(const char *text, char *out)
{
  char *start = out;
  while (*text) {
    if (*text != '\\') {
      *out++ = *text++;
      continue;
    }
    text++;
    if (*text == 'x') {
      char digits[3] = {text[1], text[2], '\0'};
      *out++ = (char)strtol(digits, NULL, 16);
      text += 3;
    } else {
      *out++ = (char)(*text == 'n' ? '\n' : *text == 'r' ? '\r' : *text);
      text++;
    }
  }
  return (size_t)(out - start);
}

/* The length of the whole request once its headers are there, else 0. */
static size_t request_length(const char *text)
{
  const char *end = strstr(text, "\r\n\r\n");
  const char *line = strcasestr(text, "\r\nContent-Length:");
  if (!end)
    return 0;
  if (!line || line > end)
    return (size_t)(end - text) + 4;
  return (size_t)(end - text) + 4 + strtoul(line + 17, NULL, 10);
}

static void append(const char *path, const char *data, size_t size)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd >= 0) {
    (void)!write(fd, data, size);
    close(fd);
  }
}

static int read_request(struct connection *connection)
{
  char *text = calloc(1, REQUEST_SIZE + 1);
  char line[256];
  char path[256];
  size_t got = 0;
  int ok = 0;
  while (text && got < REQUEST_SIZE) {
    size_t wanted = request_length(text);
    ssize_t size;
    if (wanted && got >= wanted) {
      ok = 1;
      break;
    }
    size = recv(connection->fd, text + got, REQUEST_SIZE - got, 0);
    if (size <= 0)
      break;
    got += (size_t)size;
  }
  if (ok) {
    connection->requests++;
    snprintf(path, sizeof path, "%s.raw", connection->log);
    append(path, text, got);
    snprintf(line, sizeof line, "conn %d request %d %.*s\n", connection->number,
             connection->requests, (int)strcspn(text, "\r"), text);
    append(connection->log, line, strlen(line));
  }
  free(text);
  return ok;
}

static int send_bytes(int fd, const char *bytes, size_t length, long pause)
{
  while (length > 0) {
    ssize_t size = send(fd, bytes, pause ? 1 : length, MSG_NOSIGNAL);
    if (size <= 0)
      return 0;
    bytes += size;
    length -= (size_t)size;
    if (pause)
      nap(pause);
  }
  return 1;
}

/* times is how often; a negative number has no end. */
static int send_text(int fd, const char *escaped, long pause, long times)
{
  char *text = malloc(strlen(escaped) + 1);
  size_t length = text ? unescape(escaped, text) : 0;
  int ok = text != NULL;
  while (ok && times-- != 0)
    ok = send_bytes(fd, text, length, pause);
  free(text);
  return ok;
}

static int send_file(int fd, const char *path)
{
  char bytes[65536];
  size_t size;
  int ok = 1;
  FILE *file = fopen(path, "rb");
  while (file && ok && (size = fread(bytes, 1, sizeof bytes, file)) > 0)
    ok = send_bytes(fd, bytes, size, 0);
  if (file)
    fclose(file);
  return file && ok;
}

static void await_go(const char *log)
{
  char path[256];
  snprintf(path, sizeof path, "%s.go", log);
  while (access(path, F_OK) != 0)
    nap(2);
}

/* Does one step; returns the next one, or NULL when the connection is over. */
static char **perform(struct connection *connection, char **step)
{
  char bytes[4096];
  int fd = connection->fd;
  if (strcmp(*step, "read") == 0)
    return read_request(connection) ? step + 1 : NULL;
  if (strcmp(*step, "send") == 0)
    return send_text(fd, step[1], 0, 1) ? step + 2 : NULL;
  if (strcmp(*step, "drip") == 0)
    return send_text(fd, step[2], atol(step[1]), 1) ? step + 3 : NULL;
  if (strcmp(*step, "times") == 0)
    return send_text(fd, step[2], 0, atol(step[1])) ? step + 3 : NULL;
  if (strcmp(*step, "flood") == 0)
    return send_text(fd, step[1], 0, -1) ? step + 2 : NULL;
  if (strcmp(*step, "file") == 0)
    return send_file(fd, step[1]) ? step + 2 : NULL;
  if (strcmp(*step, "again") == 0)
    return connection->script;
  if (strcmp(*step, "sleep") == 0) {
    nap(atol(step[1]));
    return step + 2;
  }
  if (strcmp(*step, "hold") == 0) {
    while (recv(fd, bytes, 1, 0) > 0)
      continue;
    return step + 1;
  }
  if (strcmp(*step, "gulp") == 0)
    return recv(fd, bytes, sizeof bytes, 0) > 0 ? step + 1 : NULL;
  if (strcmp(*step, "await") == 0) {
    await_go(connection->log);
    return step + 1;
  }
  if (strcmp(*step, "rst") == 0) {
    struct linger linger = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    return NULL;
  }
  fprintf(stderr, "rawserver: unknown step %s\n", *step);
  exit(1);
}

static void *serve(void *user)
{
  struct connection *connection = user;
  char **step = connection->script;
  while (step && *step && strcmp(*step, "--") != 0)
    step = perform(connection, step);
  close(connection->fd);
  free(connection);
  return NULL;
}

/* The script of the n-th connection. */
static char **script_of(char **scripts, int number)
{
  char **script = scripts;
  for (; *scripts && number > 1; scripts++) {
    if (strcmp(*scripts, "--") == 0) {
      script = scripts + 1;
      number--;
    }
  }
  return script;
}

static int listen_on_loopback(void)
{
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(fd, 256) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
    perror("rawserver");
    exit(1);
  }
  printf("%d %d\n", ntohs(address.sin_port), (int)getpid());
  fflush(stdout);
  return fd;
}

int main(int argc, char **argv)
{
  int listener;
  int number;
  if (argc < 3)
    return 1;
  alarm(LIFETIME);
  listener = listen_on_loopback();
  for (number = 1;; number++) {
    struct connection *connection = calloc(1, sizeof *connection);
    pthread_t thread;
    if (!connection)
      return 1;
    connection->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    connection->number = number;
    connection->log = argv[1];
    connection->script = script_of(argv + 2, number);
    if (connection->fd < 0 ||
        pthread_create(&thread, NULL, serve, connection) != 0)
      return 1;
    pthread_detach(thread);
  }
}
