/* SPDX-License-Identifier: MIT */
#include "crypto/pem.h"
#include "crypto/base64.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"
#define LENGTH_OF(literal) (sizeof(literal) - 1)

/* Bytes of a line of 64 characters. */
#define LINE_BYTES 48U

/* More than the first line and the last have. */
#define MARKER_LENGTH (RTK_PEM_LABEL_BYTES + sizeof(BEGIN DASHES "\n"))

static const char not_pem[] =
    "is not PEM: it has to begin with -----BEGIN and a label";
static const char no_end[] = "is cut off: its -----END line is missing";
static const char several[] = "holds several PEM blocks, and only one is meant";
static const char text_behind[] = "has text behind its PEM block";
static const char headers[] = "has PEM headers, as encrypted keys have";
static const char not_base64[] = "is damaged: its PEM block is not base64";

/* Text that is read from its start. */
struct span {
  char *start;
  size_t length;
};

static bool is_space(char character)
{
  return character == ' ' || character == '\n' || character == '\r' ||
         character == '\t';
}

static void skip(struct span *span, size_t length)
{
  span->start += length;
  span->length -= length;
}

static void skip_space(struct span *span)
{
  while (span->length > 0 && is_space(*span->start))
    skip(span, 1);
}

static bool skip_literal(struct span *span, const char *literal)
{
  size_t length = strlen(literal);
  if (span->length < length || memcmp(span->start, literal, length) != 0)
    return false;
  skip(span, length);
  return true;
}

static char *find(const struct span *span, const char *literal)
{
  return memmem(span->start, span->length, literal, strlen(literal));
}

/* Copies the text, with white space for the two characters \n or \r. */
static bool copy(struct rtk_pem *pem, const char *text, size_t length,
                 struct span *span)
{
  size_t i;
  pem->capacity = length + 1;
  pem->bytes = malloc(pem->capacity);
  if (!pem->bytes)
    return false;
  span->start = (char *)pem->bytes;
  span->length = 0;
  for (i = 0; i < length; i++) {
    char character = text[i];
    if (character == '\\' && i + 1 < length &&
        (text[i + 1] == 'n' || text[i + 1] == 'r')) {
      character = '\n';
      i++;
    }
    span->start[span->length++] = character;
  }
  return true;
}

/* Reads "-----BEGIN label-----". */
static const char *read_label(struct rtk_pem *pem, struct span *span)
{
  char *end;
  size_t length;
  skip_space(span);
  if (!skip_literal(span, BEGIN))
    return not_pem;
  end = find(span, DASHES);
  length = end ? (size_t)(end - span->start) : 0;
  if (length == 0 || length >= sizeof pem->label)
    return not_pem;
  memcpy(pem->label, span->start, length);
  pem->label[length] = '\0';
  skip(span, length + LENGTH_OF(DASHES));
  return NULL;
}

/* Takes the text up to "-----END label-----", after which nothing may come. */
static const char *read_body(const struct rtk_pem *pem, struct span *span,
                             struct span *body)
{
  char *end = find(span, END);
  if (!end)
    return no_end;
  body->start = span->start;
  body->length = (size_t)(end - span->start);
  skip(span, body->length + LENGTH_OF(END));
  if (find(body, BEGIN))
    return no_end;
  if (!skip_literal(span, pem->label) || !skip_literal(span, DASHES))
    return no_end;
  skip_space(span);
  if (span->length > 0)
    return find(span, BEGIN) ? several : text_behind;
  return NULL;
}

static const char *decode(struct rtk_pem *pem, const struct span *body)
{
  size_t kept = 0;
  size_t i;
  if (find(body, ":"))
    return headers;
  for (i = 0; i < body->length; i++) {
    if (!is_space(body->start[i]))
      body->start[kept++] = body->start[i];
  }
  if (kept == 0 || rtk_base64_decode(body->start, kept, pem->bytes,
                                     pem->capacity, &pem->size) != 0)
    return not_base64;
  return NULL;
}

const char *rtk_pem_read(struct rtk_pem *pem, const char *text, size_t length)
{
  struct span span;
  struct span body = {NULL, 0};
  const char *problem;
  memset(pem, 0, sizeof *pem);
  if (length > RTK_PEM_MAX_BYTES)
    return "is too large to be a key";
  if (!copy(pem, text, length, &span))
    return "cannot be read: out of memory";
  problem = read_label(pem, &span);
  if (!problem)
    problem = read_body(pem, &span, &body);
  if (!problem)
    problem = decode(pem, &body);
  return problem;
}

void rtk_pem_free(struct rtk_pem *pem)
{
  if (pem->bytes)
    explicit_bzero(pem->bytes, pem->capacity);
  free(pem->bytes);
  memset(pem, 0, sizeof *pem);
}

/* Writes a line for each LINE characters of base64. */
static char *write_lines(char *end, const unsigned char *bytes, size_t size)
{
  size_t i;
  for (i = 0; i < size; i += LINE_BYTES) {
    size_t part = size - i < LINE_BYTES ? size - i : LINE_BYTES;
    rtk_base64_encode(bytes + i, part, end);
    end += rtk_base64_length(part);
    *end++ = '\n';
  }
  return end;
}

char *rtk_pem_write(const char *label, const unsigned char *bytes, size_t size,
                    size_t *length)
{
  size_t lines = (size + LINE_BYTES - 1) / LINE_BYTES;
  size_t most = rtk_base64_length(size) + lines + 2 * MARKER_LENGTH;
  char *text = malloc(most);
  char *end;
  if (!text)
    return NULL;
  end = text + snprintf(text, MARKER_LENGTH, BEGIN "%s" DASHES "\n", label);
  end = write_lines(end, bytes, size);
  end += snprintf(end, MARKER_LENGTH, END "%s" DASHES "\n", label);
  *length = (size_t)(end - text);
  return text;
}
