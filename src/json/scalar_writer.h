/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON for values that are not tables into the scratch buffer; encode.c
 * puts the tables around them.
 *
 * Functions for values that may have no JSON form return NULL, or else a
 * description of what cannot be encoded, which may be on the Lua stack. Running
 * out of memory releases the scratch buffer and raises.
 */
#ifndef RTK_JSON_SCALAR_WRITER_H
#define RTK_JSON_SCALAR_WRITER_H

#include "json/codec.h"

struct rtk_json_writer {
  lua_State *L;
  struct rtk_json_scratch *scratch;
};

/* Grows the buffer for size more bytes. Raises. */
void rtk_json_grow(struct rtk_json_writer *writer, size_t size);

/* Where at least size bytes can be written. */
static inline char *rtk_json_room(struct rtk_json_writer *writer, size_t size)
{
  struct rtk_buffer *buffer = &writer->scratch->buffer;
  if (buffer->capacity - buffer->length < size)
    rtk_json_grow(writer, size);
  return buffer->data + buffer->length;
}

static inline void rtk_json_put(struct rtk_json_writer *writer, char byte)
{
  *rtk_json_room(writer, 1) = byte;
  writer->scratch->buffer.length++;
}

/* Writes the string at index as a member's name: a comma unless first, "name":
 */
const char *rtk_json_write_name(struct rtk_json_writer *writer, int index,
                                bool is_first);

/* Writes the value on top, which is not a table, of the type given. */
const char *rtk_json_write_scalar(struct rtk_json_writer *writer, int type);

#endif
