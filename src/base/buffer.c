/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 1024U

void rtk_buffer_init(struct rtk_buffer *buffer, size_t limit)
{
  buffer->data = NULL;
  buffer->length = 0;
  buffer->capacity = 0;
  buffer->limit = limit;
}

/* The capacity to grow to: doubling, but never past the limit. */
static size_t next_capacity(const struct rtk_buffer *buffer, size_t needed)
{
  size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
  while (capacity < needed) {
    if (capacity > buffer->limit / 2)
      return buffer->limit;
    capacity *= 2;
  }
  return capacity < buffer->limit ? capacity : buffer->limit;
}

/* Makes room for size more bytes; with a margin mostly for others, too. */
static enum rtk_buffer_result reserve(struct rtk_buffer *buffer, size_t size,
                                      bool has_margin)
{
  size_t capacity;
  char *data;
  if (size > buffer->limit || buffer->length > buffer->limit - size)
    return RTK_BUFFER_FULL;
  if (size <= buffer->capacity - buffer->length)
    return RTK_BUFFER_OK;
  capacity = buffer->length + size;
  if (has_margin)
    capacity = next_capacity(buffer, capacity);
  data = realloc(buffer->data, capacity);
  if (!data)
    return RTK_BUFFER_NO_MEMORY;
  buffer->data = data;
  buffer->capacity = capacity;
  return RTK_BUFFER_OK;
}

enum rtk_buffer_result rtk_buffer_reserve(struct rtk_buffer *buffer,
                                          size_t size)
{
  return reserve(buffer, size, true);
}

enum rtk_buffer_result rtk_buffer_reserve_exactly(struct rtk_buffer *buffer,
                                                  size_t size)
{
  return reserve(buffer, size, false);
}

enum rtk_buffer_result rtk_buffer_append(struct rtk_buffer *buffer,
                                         const void *data, size_t size)
{
  enum rtk_buffer_result result;
  if (size == 0)
    return RTK_BUFFER_OK;
  result = rtk_buffer_reserve(buffer, size);
  if (result != RTK_BUFFER_OK)
    return result;
  memcpy(buffer->data + buffer->length, data, size);
  buffer->length += size;
  return RTK_BUFFER_OK;
}

void rtk_buffer_clear(struct rtk_buffer *buffer, size_t keep)
{
  if (buffer->capacity > keep)
    rtk_buffer_free(buffer);
  buffer->length = 0;
}

void rtk_buffer_free(struct rtk_buffer *buffer)
{
  free(buffer->data);
  buffer->data = NULL;
  buffer->length = 0;
  buffer->capacity = 0;
}
