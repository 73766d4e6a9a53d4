/* SPDX-License-Identifier: MIT */
/*
 * The body of a streamed reply: instead of being kept in memory it flows into a
 * file, or comes to Lua in chunks, and stands still in between.
 *
 *   opening   nothing of the body was taken yet
 *   flowing   libcurl hands it over
 *   due       held: libcurl has paused it, and Lua is to be told
 *   held      Lua was told; it resumes the flow, or cancels
 *   refused   the status is not 2xx: the body is kept as any other
 *
 * Nothing here raises or calls Lua.
 */
#ifndef RTK_STREAM_H
#define RTK_STREAM_H

#include "base/buffer.h"
#include "base/fd_identity.h"

#include <stdbool.h>
#include <stdint.h>

enum rtk_stream_phase {
  RTK_STREAM_NONE = 0, /* the request is not streamed */
  RTK_STREAM_OPENING,
  RTK_STREAM_FLOWING,
  RTK_STREAM_DUE,
  RTK_STREAM_HELD,
  RTK_STREAM_REFUSED
};

/* What became of a piece of the body. */
enum rtk_stream_answer {
  RTK_STREAM_TAKEN,
  RTK_STREAM_HOLD, /* nothing of it was taken; the phase is due */
  RTK_STREAM_TOO_LARGE,
  RTK_STREAM_NO_MEMORY,
  RTK_STREAM_NOT_WRITTEN /* see error */
};

struct rtk_stream {
  enum rtk_stream_phase phase;
  int fd; /* the stream's own, of the file; -1 for chunks */
  struct rtk_fd_identity identity;
  int64_t offset;    /* in the file, of the next byte */
  int64_t received;  /* bytes of the body that were taken */
  int64_t limit;     /* the most of them */
  size_t chunk;      /* bytes of a chunk */
  int64_t interval;  /* nanoseconds between holds of a flow into a file */
  int64_t report_at; /* the moment of the next */
  int error;         /* errno of a write */
};

/* How a held stream flows on. */
struct rtk_stream_flow {
  int64_t limit;
  int64_t interval;
  int64_t offset;
  size_t chunk;
  int fd; /* -1: in chunks; the stream makes a copy */
};

/* A stream without a file, of a request that may be streamed. */
void rtk_stream_begin(struct rtk_stream *stream, bool is_streamed);

/* Sets how it flows from now on. Returns 0 or an errno. */
int rtk_stream_set_flow(struct rtk_stream *stream,
                        const struct rtk_stream_flow *flow);

/*
 * Takes a piece of the body. Chunks collect in the buffer; a piece that would
 * make one too long is not taken, unless the chunk would be empty.
 */
enum rtk_stream_answer rtk_stream_take(struct rtk_stream *stream,
                                       struct rtk_buffer *chunk,
                                       const char *data, size_t size);

/* Closes its file; it stays a stream, or none. Idempotent. */
void rtk_stream_close(struct rtk_stream *stream);

#endif
