/* SPDX-License-Identifier: MIT */
/*
 * Reads the parts of a JSON text that are not tables straight onto the Lua
 * stack; json_decode.c puts the tables around them.
 *
 * Every reader takes the position of what it reads and returns the position
 * behind it, or NULL after noting the fault; then the stack may hold garbage.
 */
#ifndef RTK_JSON_READER_H
#define RTK_JSON_READER_H

#include "json_codec.h"
#include "json_string.h"

struct rtk_json_reader {
  lua_State *L;
  int codec; /* stack index */
  struct rtk_json_cache *cache;
  struct rtk_json_shape *shape; /* of a table under the last key read */
  const char *end;
  struct rtk_json_fault fault;
};

/*
 * [-0, +1, m] Reads a key with its colon, up to where the value begins, which
 * may be the end of the text.
 */
const char *rtk_json_read_key(struct rtk_json_reader *reader, const char *at);

/* [-0, +1, m] Reads a value that is not a table. */
const char *rtk_json_read_scalar(struct rtk_json_reader *reader,
                                 const char *at);

static inline const char *rtk_json_skip_space(const char *at, const char *end)
{
  while (at < end && (unsigned char)*at <= ' ' &&
         (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;
  return at;
}

static inline bool rtk_json_is_word(const char *at, const char *end,
                                    const char *word, size_t length)
{
  return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

#endif
