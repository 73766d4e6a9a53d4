/* SPDX-License-Identifier: MIT */
/*
 * The arguments of a request, read from Lua and checked.
 *
 * They own nothing: the texts belong to strings on the Lua stack (or are
 * constants) and are valid until the function that read them returns, as long
 * as it runs nothing of Lua. Anything that could change the meaning of a
 * request on the wire (control characters, lengths, another protocol,
 * credentials in a URL) is refused here, so that later code need not check it.
 */
#ifndef RTK_REQUEST_ARGS_H
#define RTK_REQUEST_ARGS_H

#include "base/buffer.h"
#include "net/address.h"
#include "file/stream.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

struct rtk_request_args {
  const char *method;
  const char *url;
  size_t url_length;
  const char *headers; /* lines, each ended by NUL */
  size_t headers_length;
  size_t header_count;
  bool has_content_type, has_accept_encoding; /* among the headers */
  const char *body;                           /* NULL if there is none */
  bool has_length; /* says how long its body is, if only 0 */
  size_t body_length;
  double timeout;         /* seconds */
  double connect_timeout; /* seconds */
  size_t max_response_bytes;
  bool raw;              /* the reply is not to be decoded */
  const char *selection; /* NULL if all of the reply is; see selection.h */
  size_t selection_length;
  bool fresh; /* wants a connection of its own */
  enum rtk_reach reach;
  bool is_streamed;
  long min_speed;     /* bytes per second, of a stream; 0: any */
  long stall_timeout; /* seconds for which it may be slower */
};

/* How many fields a request has. */
#define RTK_REQUEST_FIELDS 13

/* [-0, +RTK_REQUEST_FIELDS, m] Pushes the names of the fields: upvalues, from
   the second on, of the function that reads requests. So they need no search
   for the string that a text is in Lua. */
void rtk_request_args_push_names(lua_State *L);

/* Whether the table at index lets a held stream flow on. */
bool rtk_request_args_is_flow(lua_State *L, int index);

/*
 * [-0, +n, e] Reads the table at index. Raises an argument error that names
 * the field. The strings it leaves on the stack keep the arguments valid, and
 * the caller's buffer, of which it makes the header lines.
 */
void rtk_request_args_read(lua_State *L, int index,
                           struct rtk_request_args *args,
                           struct rtk_buffer *lines);

/*
 * [-0, +n, e] Reads how a held stream flows on from the table at index, which
 * has its id at "resume": returns the id. The file, if there is one, stays open
 * as long as nothing of Lua runs.
 */
lua_Number rtk_request_args_read_flow(lua_State *L, int index,
                                      struct rtk_stream_flow *flow);

#endif
