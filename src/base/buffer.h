/* SPDX-License-Identifier: MIT */
/*
 * A growing byte buffer with a limit, in plain C memory.
 *
 * It never raises, so libcurl callbacks and code between two Lua phases may use
 * it. The owner of the struct owns its memory and calls rtk_buffer_free; in
 * this library that is always a userdata with __gc. A failed append leaves the
 * contents unchanged.
 */
#ifndef RTK_BUFFER_H
#define RTK_BUFFER_H

#include <stddef.h>

struct rtk_buffer {
  char *data;      /* NULL until the first append; not NUL-terminated */
  size_t length;   /* bytes in use */
  size_t capacity; /* bytes allocated */
  size_t limit;    /* the most bytes it may hold; may change at any time */
};

enum rtk_buffer_result {
  RTK_BUFFER_OK = 0,
  RTK_BUFFER_FULL,     /* the append would pass the limit */
  RTK_BUFFER_NO_MEMORY /* malloc failed */
};

/* Makes an empty buffer; allocates nothing. */
void rtk_buffer_init(struct rtk_buffer *buffer, size_t limit);

/* Appends a copy of size bytes; data may be NULL when size is 0. */
enum rtk_buffer_result rtk_buffer_append(struct rtk_buffer *buffer,
                                         const void *data, size_t size);

/* Makes room for size more bytes after data + length, and mostly for others
   that follow; or for these alone. */
enum rtk_buffer_result rtk_buffer_reserve(struct rtk_buffer *buffer,
                                          size_t size);
enum rtk_buffer_result rtk_buffer_reserve_exactly(struct rtk_buffer *buffer,
                                                  size_t size);

/* Empties it; frees its memory if that is more than keep bytes. */
void rtk_buffer_clear(struct rtk_buffer *buffer, size_t keep);

/* Frees the memory; the buffer may be used again. */
void rtk_buffer_free(struct rtk_buffer *buffer);

#endif
