/* SPDX-License-Identifier: MIT */
#include "tls/trust.h"
#include "system/portable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The longest text that libcurl takes. More than any bundle has: a larger file
   is something else, such as a device. */
#define MAX_BYTES ((size_t)8000000)

/* CAINFO_BLOB came with libcurl 7.77; some TLS libraries cannot do it. */
#define HAS_BLOBS (LIBCURL_VERSION_NUM >= 0x074d00)

void rtk_trust_init(struct rtk_trust *trust)
{
  memset(trust, 0, sizeof *trust);
  rtk_buffer_init(&trust->text, MAX_BYTES);
}

void rtk_trust_close(struct rtk_trust *trust)
{
  free(trust->file);
  free(trust->directory);
  rtk_buffer_free(&trust->text);
  rtk_trust_init(trust);
}

/* Whether an option was set; one that this libcurl does not have is left out.
 */
static bool is_set(CURLcode code)
{
  return code == CURLE_OK || code == CURLE_NOT_BUILT_IN ||
         code == CURLE_UNKNOWN_OPTION;
}

/* Sets an option for servers and one for proxies. */
static bool set_both(CURL *easy, CURLoption server, CURLoption proxy,
                     const void *value)
{
  return is_set(curl_easy_setopt(easy, server, value)) &&
         is_set(curl_easy_setopt(easy, proxy, value));
}

static bool set_text(const struct rtk_trust *trust, CURL *easy)
{
#if HAS_BLOBS
  struct curl_blob blob;
  blob.data = trust->text.data;
  blob.len = trust->text.length;
  blob.flags = CURL_BLOB_NOCOPY;
  return set_both(easy, CURLOPT_CAINFO_BLOB, CURLOPT_PROXY_CAINFO_BLOB, &blob);
#else
  (void)trust;
  (void)easy;
  return true;
#endif
}

static bool takes_text(void)
{
#if HAS_BLOBS
  /* libcurl 8.23 refuses an empty one. */
  char byte = '\n';
  struct curl_blob blob = {&byte, sizeof byte, CURL_BLOB_NOCOPY};
  CURL *easy = curl_easy_init();
  CURLcode code = CURLE_OUT_OF_MEMORY;
  if (easy)
    code = curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
  curl_easy_cleanup(easy);
  return code == CURLE_OK;
#else
  return false;
#endif
}

/* Whether the text contains a certificate, by its marker lines. OpenSSL has two
   more names for one. */
static bool is_pem(const struct rtk_buffer *text)
{
  static const char begin[] = "-----BEGIN ";
  static const char end[] = "CERTIFICATE-----";
  const char *start = text->data;
  size_t left = text->length;
  while (left > 0 && (start = memmem(start, left, begin, sizeof begin - 1))) {
    const char *line_end;
    size_t length;
    start += sizeof begin - 1;
    left = text->length - (size_t)(start - text->data);
    line_end = memchr(start, '\n', left);
    length = line_end ? (size_t)(line_end - start) : left;
    if (memmem(start, length, end, sizeof end - 1))
      return true;
  }
  return false;
}

/* Makes room for a whole file: a buffer that doubles would leave as much behind
   as the file takes. Returns 0 or an errno. */
static int make_room(struct rtk_buffer *text, off_t size)
{
  if (size <= 0)
    return 0;
  switch (rtk_buffer_reserve_exactly(text, (size_t)size)) {
  case RTK_BUFFER_OK:
    return 0;
  case RTK_BUFFER_FULL:
    return EFBIG;
  default:
    return ENOMEM;
  }
}

/* Returns 0 or an errno. */
static int read_all(int fd, struct rtk_buffer *text)
{
  char bytes[16384];
  for (;;) {
    ssize_t size = read(fd, bytes, sizeof bytes);
    if (size == 0)
      return 0;
    if (size < 0 && errno != EINTR)
      return errno;
    if (size > 0) {
      enum rtk_buffer_result result =
          rtk_buffer_append(text, bytes, (size_t)size);
      if (result != RTK_BUFFER_OK)
        return result == RTK_BUFFER_FULL ? EFBIG : ENOMEM;
    }
  }
}

/* Returns 0 or an errno. */
static int read_file(struct rtk_trust *trust, const char *name)
{
  struct stat status;
  int error = 0;
  int fd = open(name, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return errno;
  if (fstat(fd, &status) != 0)
    error = errno;
  if (error == 0 && S_ISREG(status.st_mode))
    error = make_room(&trust->text, status.st_size);
  if (error == 0)
    error = read_all(fd, &trust->text);
  (void)close(fd);
  if (error)
    return error;
  trust->is_regular = S_ISREG(status.st_mode) != 0;
  trust->device = status.st_dev;
  trust->inode = status.st_ino;
  trust->size = status.st_size;
  trust->modified = rtk_portable_modified(&status);
  return 0;
}

/* Copies an environment variable; NULL and true if there is none. */
static bool copy_variable(const char *name, char **copy)
{
  /* The environment must not decide whom a privileged program trusts. */
  const char *value = rtk_portable_getenv(name);
  bool is_set = value && *value;
  *copy = is_set ? strdup(value) : NULL;
  return *copy || !is_set;
}

static bool is_same(const char *text, const char *other)
{
  return text && other && strcmp(text, other) == 0;
}

/* Takes the file and the directory from the environment, else the file that
   libcurl was built for. False when out of memory. */
static bool find_system(struct rtk_trust *trust)
{
  const curl_version_info_data *built_in = curl_version_info(CURLVERSION_NOW);
  if (!copy_variable("SSL_CERT_FILE", &trust->file) ||
      !copy_variable("SSL_CERT_DIR", &trust->directory))
    return false;
  if (!trust->file && built_in->cainfo && access(built_in->cainfo, R_OK) == 0) {
    trust->file = strdup(built_in->cainfo);
    if (!trust->file)
      return false;
  }
  /* The system's directory holds what its file does, at a high price. */
  if (is_same(trust->directory, built_in->capath) &&
      is_same(trust->file, built_in->cainfo)) {
    free(trust->directory);
    trust->directory = NULL;
  }
  return true;
}

/* Returns 0 or an errno. */
static int open_system(struct rtk_trust *trust)
{
  int error;
  if (!find_system(trust))
    return ENOMEM;
  error = trust->file ? read_file(trust, trust->file) : 0;
  if (error == ENOMEM)
    return error;
  /* Not an error yet: it may never be needed. */
  if (error)
    rtk_buffer_free(&trust->text);
  return 0;
}

/* What is wrong with the given file, or NULL if the cause is elsewhere. A
   constant, unlike the result of strerror. */
static const char *problem_of(int error)
{
  switch (error) {
  case ENOMEM:
  case EMFILE:
  case ENFILE:
    return NULL;
  case ENOENT:
  case ENOTDIR:
    return "names a file that does not exist";
  case EACCES:
  case EPERM:
    return "names a file that this process may not read";
  case EISDIR:
    return "names a directory, not a file";
  case EFBIG:
    return "names a file that is too large to be a list of certificates";
  default:
    return "names a file that cannot be read";
  }
}

/* Returns 0 or an errno. */
static int open_file(struct rtk_trust *trust, const char *name)
{
  int error = read_file(trust, name);
  if (error)
    return error;
  trust->is_given = true;
  trust->file = strdup(name);
  return trust->file ? 0 : ENOMEM;
}

/* The same; EINVAL if this libcurl cannot use texts. */
static int open_text(struct rtk_trust *trust, const char *text, size_t length)
{
  switch (rtk_buffer_append(&trust->text, text, length)) {
  case RTK_BUFFER_OK:
    return takes_text() ? 0 : EINVAL;
  case RTK_BUFFER_FULL:
    return EFBIG;
  default:
    return ENOMEM;
  }
}

static int open_given(struct rtk_trust *trust, const char *file,
                      const char *text, size_t length, const char **problem)
{
  int error = file ? open_file(trust, file) : open_text(trust, text, length);
  if (error && file)
    *problem = problem_of(error);
  else if (error == EINVAL)
    *problem = "does not work with this libcurl: use ca_file";
  else if (error == EFBIG)
    *problem = "is too large to be a list of certificates";
  else if (error == 0 && !is_pem(&trust->text))
    *problem = "holds no certificate in PEM form";
  return *problem ? EINVAL : error;
}

int rtk_trust_open(struct rtk_trust *trust, const char *file, const char *text,
                   size_t length, const char **problem)
{
  int error;
  *problem = NULL;
  rtk_trust_init(trust);
  if (file || text)
    error = open_given(trust, file, text, length, problem);
  else
    error = open_system(trust);
  if (error)
    rtk_trust_close(trust);
  return error;
}

/* Whether the file still has what libcurl is to read there: the given contents,
   or for the system's file any contents. */
static bool is_current(const struct rtk_trust *trust)
{
  struct stat status;
  struct timespec modified;
  if (!trust->is_given)
    return access(trust->file, R_OK) == 0;
  if (!trust->is_regular || stat(trust->file, &status) != 0)
    return false;
  modified = rtk_portable_modified(&status);
  return status.st_dev == trust->device && status.st_ino == trust->inode &&
         status.st_size == trust->size &&
         modified.tv_sec == trust->modified.tv_sec &&
         modified.tv_nsec == trust->modified.tv_nsec;
}

bool rtk_trust_configure(const struct rtk_trust *trust, CURL *easy)
{
  bool ok = true;
  if (trust->file)
    ok = set_both(easy, CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO, trust->file);
  else if (trust->text.length)
    ok = set_text(trust, easy);
  /* With a directory, libcurl would not keep what it parsed. */
  if (ok && (trust->file || trust->directory || trust->text.length))
    ok = set_both(easy, CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH, trust->directory);
  return ok;
}

bool rtk_trust_refresh(const struct rtk_trust *trust, CURL *easy)
{
  if (!trust->file || !trust->text.length || is_current(trust))
    return true;
  return set_text(trust, easy);
}
