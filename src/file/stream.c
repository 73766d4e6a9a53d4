/* SPDX-License-Identifier: MIT */
#include "file/stream.h"
#include "base/clock.h"
#include "file/write_at.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

void rtk_stream_begin(struct rtk_stream *stream, bool is_streamed)
{
  memset(stream, 0, sizeof *stream);
  stream->fd = -1;
  stream->limit = INT64_MAX;
  stream->phase = is_streamed ? RTK_STREAM_OPENING : RTK_STREAM_NONE;
}

/* Gives the stream a descriptor of its own for the file of another. */
static int copy_file(struct rtk_stream *stream, int fd)
{
  stream->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (stream->fd < 0)
    return errno;
  rtk_fd_identity_take(&stream->identity, stream->fd);
  return 0;
}

int rtk_stream_set_flow(struct rtk_stream *stream,
                        const struct rtk_stream_flow *flow)
{
  int error = 0;
  stream->limit = flow->limit;
  stream->chunk = flow->chunk;
  stream->interval = flow->interval;
  stream->report_at = RTK_CLOCK_NEVER;
  if (flow->interval != RTK_CLOCK_NEVER)
    stream->report_at = rtk_clock_now() + flow->interval;
  /* Once it has the file it goes on where it is. */
  if (flow->fd >= 0 && stream->fd < 0) {
    stream->offset = flow->offset;
    error = copy_file(stream, flow->fd);
  }
  if (!error)
    stream->phase = RTK_STREAM_FLOWING;
  return error;
}

static enum rtk_stream_answer hold(struct rtk_stream *stream)
{
  stream->phase = RTK_STREAM_DUE;
  return RTK_STREAM_HOLD;
}

static enum rtk_stream_answer write_piece(struct rtk_stream *stream,
                                          const char *data, size_t size)
{
  int64_t before = stream->offset;
  stream->error = rtk_write_at(stream->fd, &stream->offset, data, size);
  stream->received += stream->offset - before;
  return stream->error ? RTK_STREAM_NOT_WRITTEN : RTK_STREAM_TAKEN;
}

static enum rtk_stream_answer add_to_chunk(struct rtk_stream *stream,
                                           struct rtk_buffer *chunk,
                                           const char *data, size_t size)
{
  if (chunk->length > 0 && chunk->length + size > stream->chunk)
    return hold(stream);
  if (rtk_buffer_append(chunk, data, size) != RTK_BUFFER_OK)
    return RTK_STREAM_NO_MEMORY;
  stream->received += (int64_t)size;
  return RTK_STREAM_TAKEN;
}

enum rtk_stream_answer rtk_stream_take(struct rtk_stream *stream,
                                       struct rtk_buffer *chunk,
                                       const char *data, size_t size)
{
  if (stream->phase != RTK_STREAM_FLOWING)
    return hold(stream);
  if ((int64_t)size > stream->limit - stream->received)
    return RTK_STREAM_TOO_LARGE;
  if (stream->fd < 0)
    return add_to_chunk(stream, chunk, data, size);
  if (stream->report_at <= rtk_clock_now())
    return hold(stream);
  return write_piece(stream, data, size);
}

void rtk_stream_close(struct rtk_stream *stream)
{
  if (stream->fd >= 0)
    rtk_fd_identity_close(&stream->identity, stream->fd);
  stream->fd = -1;
}
