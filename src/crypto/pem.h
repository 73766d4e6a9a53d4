/* SPDX-License-Identifier: MIT */
/*
 * One block of PEM text (RFC 7468): a label, and bytes in base64.
 *
 * Line ends of any kind may stand in the block, also as the characters \n that
 * a variable of the environment often has, or as spaces. Nothing else is
 * tolerated: no second block, no text around it, no headers.
 */
#ifndef RTK_PEM_H
#define RTK_PEM_H

#include <stdbool.h>
#include <stddef.h>

/* The most bytes of a text: twice those of the largest private key. */
#define RTK_PEM_MAX_BYTES ((size_t)32 * 1024)

/* More than the labels of keys need. */
#define RTK_PEM_LABEL_BYTES 48

struct rtk_pem {
  unsigned char *bytes; /* what the block holds; owned */
  size_t size;
  size_t capacity; /* bytes allocated */
  char label[RTK_PEM_LABEL_BYTES];
};

/*
 * Reads a block: NULL, or what is wrong, as a constant. The owner calls
 * rtk_pem_free in either case.
 */
const char *rtk_pem_read(struct rtk_pem *pem, const char *text, size_t length);

/* Overwrites and frees the bytes. */
void rtk_pem_free(struct rtk_pem *pem);

/*
 * The block as a text of *length characters from malloc, NULL without memory.
 * The label is shorter than RTK_PEM_LABEL_BYTES.
 */
char *rtk_pem_write(const char *label, const unsigned char *bytes, size_t size,
                    size_t *length);

#endif
