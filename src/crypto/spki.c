/* SPDX-License-Identifier: MIT */
#include "crypto/spki.h"

#include <stdlib.h>
#include <string.h>

#define TAG_BIT_STRING 0x03
#define TAG_SEQUENCE 0x30

/* A tag, and a length in two bytes after a byte that says so. */
#define HEADER 4U

/* A PEM text is too short for more. */
_Static_assert(RTK_PEM_MAX_BYTES <= 0xffff, "lengths have two bytes");

/* rsaEncryption with its NULL. */
static const unsigned char algorithm[] = {0x30, 0x0d, 0x06, 0x09, 0x2a,
                                          0x86, 0x48, 0x86, 0xf7, 0x0d,
                                          0x01, 0x01, 0x01, 0x05, 0x00};

/* OpenSSL reads short lengths in the long form, too. */
static unsigned char *put_header(unsigned char *end, unsigned char tag,
                                 size_t size)
{
  *end++ = tag;
  *end++ = 0x82;
  *end++ = (unsigned char)(size >> 8);
  *end++ = (unsigned char)(size & 255U);
  return end;
}

bool rtk_spki_wrap(struct rtk_pem *pem)
{
  /* A bit string begins with the number of its bits that are unused. */
  size_t content = sizeof algorithm + HEADER + 1 + pem->size;
  unsigned char *spki = malloc(HEADER + content);
  unsigned char *end;
  if (!spki)
    return false;
  end = put_header(spki, TAG_SEQUENCE, content);
  memcpy(end, algorithm, sizeof algorithm);
  end = put_header(end + sizeof algorithm, TAG_BIT_STRING, 1 + pem->size);
  *end++ = 0;
  memcpy(end, pem->bytes, pem->size);
  free(pem->bytes);
  pem->bytes = spki;
  pem->size = pem->capacity = HEADER + content;
  return true;
}
