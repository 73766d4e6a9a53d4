/* SPDX-License-Identifier: MIT */
/*
 * One request: an easy handle with all the memory its transfer needs.
 *
 * A request is reused: making an easy handle is what costs most over TLS.
 * It belongs to a transport, in exactly one of whose lists it is (idle,
 * waiting, in flight or finished). libcurl's callbacks fill in the buffers;
 * when the transfer is over, request_finish takes from the handle what the
 * result needs, which from then on depends on this struct alone.
 *
 * Nothing here raises or calls Lua.
 */
#ifndef RTK_REQUEST_H
#define RTK_REQUEST_H

#include "base/buffer.h"
#include "base/limits.h"
#include "net/address.h"
#include "net/url.h"
#include "request/poller.h"
#include "request/route.h"
#include "request/request_args.h"
#include "file/stream.h"
#include "tls/trust.h"

/* CURLE_TOO_LARGE, which the headers of a libcurl before 8.6 do not have. */
#define RTK_CURLE_TOO_LARGE ((CURLcode)100)

/* Of the header line that names the compressions. */
#define RTK_ENCODINGS_SIZE 64

/* Why we aborted the transfer, which libcurl does not know. */
enum rtk_abort_reason {
  RTK_NOT_ABORTED = 0,
  RTK_ABORT_BODY_TOO_LARGE,
  RTK_ABORT_HEADERS_TOO_LARGE,
  RTK_ABORT_HEADERS_MALFORMED,
  RTK_ABORT_HTTP_VERSION, /* the reply is in another version of HTTP */
  RTK_ABORT_NO_MEMORY,
  RTK_ABORT_STALE,    /* nothing was sent: the connection had died before */
  RTK_ABORT_REPEATED, /* libcurl was about to send it a second time */
  RTK_ABORT_TIMED_OUT,
  RTK_ABORT_FORKED,      /* the transfer belongs to the parent process */
  RTK_ABORT_NOT_WATCHED, /* its socket could not be waited for */
  RTK_ABORT_ADDRESS,     /* it would have connected out of its reach */
  RTK_ABORT_NOT_WRITTEN, /* its stream's file refused a write */
};

/* How much of the final reply was received. */
enum rtk_request_extent {
  RTK_REQUEST_PARTIAL, /* or it has no end but that of the connection */
  RTK_REQUEST_WHOLE,
  RTK_REQUEST_CHUNKED /* there is no telling */
};

struct rtk_request {
  struct rtk_request *next, *previous;         /* in a list of the transport */
  struct rtk_request_list *list;               /* which; NULL in none */
  struct rtk_request *next_in_chain;           /* in the table of ids */
  CURL *easy;                                  /* NULL until first used */
  struct rtk_poller *poller;                   /* of the transport */
  const struct rtk_request_settings *settings; /* of the transport */
  int64_t id;
  bool raw;
  /* Sent. */
  struct rtk_buffer text;      /* URL, then header lines, each NUL-terminated */
  struct rtk_url url;          /* parsed, of that text */
  struct rtk_buffer upload;    /* the body */
  struct rtk_buffer selection; /* of what its reply has; empty for all */
  struct curl_slist *lines;    /* an array of nodes that point into text */
  size_t line_count, line_capacity;
  double timeout, connect_timeout; /* seconds */
  enum rtk_reach reach;
  bool is_proxied;      /* it goes, or would go, through a proxy */
  bool is_out_of_reach; /* by its URL; else the address tells */
  int64_t submitted, deadline;
  size_t place;       /* among the deadlines */
  bool is_started;    /* it is, or was, in the multi handle */
  bool is_connecting; /* it is there, and nothing was sent yet */
  bool is_fresh;      /* needs a new connection */
  bool counts_sends;  /* sends is kept, which needs libcurl 7.80 */
  unsigned sends;     /* how many times libcurl began to send it */
  /* Received. */
  struct rtk_buffer headers; /* of the newest reply, interim ones included */
  struct rtk_buffer body;    /* of a stream, the newest chunk */
  struct rtk_stream stream;
  size_t header_bytes;   /* of all replies */
  int64_t idle_limit;    /* of its connection, by the newest reply; or -1 */
  bool is_early;         /* the reply began before the request was sent */
  bool is_chunked;       /* the newest reply */
  bool headers_complete; /* of the final reply */
  /* The outcome. */
  enum rtk_abort_reason abort_reason;
  CURLcode code;
  char error[CURL_ERROR_SIZE]; /* libcurl's words */
  int os_error;                /* errno of a failed connect or resolver, or 0 */
  struct rtk_route route;      /* of a failure */
  bool sent;                   /* it may have reached the server */
  long status;                 /* 0 without all headers of the final reply */
  double elapsed, connect_time, first_byte_time; /* seconds */
};

/* What all requests of a transport have in common; the owner frees it. */
struct rtk_request_settings {
  struct rtk_trust trust;
  char *proxy; /* an address; NULL: the environment's; "": none */
  char accept_encoding[RTK_ENCODINGS_SIZE]; /* a header line; the engine's */
};

/* A new idle request, or NULL. */
struct rtk_request *rtk_request_new(void);

/* Frees it; it must not be in a multi handle. */
void rtk_request_free(struct rtk_request *request);

/*
 * Copies the arguments and configures the easy handle, making one if necessary.
 * CURLE_OK, CURLE_URL_MALFORMAT, CURLE_OUT_OF_MEMORY or another error; after
 * an error the handle is not to be used, but dropped.
 */
CURLcode rtk_request_prepare(struct rtk_request *request,
                             const struct rtk_request_args *args,
                             const struct rtk_request_settings *settings,
                             struct rtk_poller *poller);

/* Marks the transfer as connecting (nothing sent yet) or as past that. */
void rtk_request_set_connecting(struct rtk_request *request,
                                bool is_connecting);

/* Marks a stream as due to be reported, or as not. */
void rtk_request_set_due(struct rtk_request *request, bool is_due);

/* How much of the reply was received, by what libcurl has counted. */
enum rtk_request_extent rtk_request_extent(const struct rtk_request *request);

/* Seconds since it was submitted. */
double rtk_request_elapsed(const struct rtk_request *request);

/* Notes how the transfer ended. */
void rtk_request_finish(struct rtk_request *request, CURLcode code);

/* Whether a finished request has no usable reply. */
bool rtk_request_has_failed(const struct rtk_request *request);

/* Drops what was sent and received; keeps small buffers and the handle. */
void rtk_request_clear(struct rtk_request *request);

/* Frees the easy handle; the next use gets a new one. */
void rtk_request_drop_handle(struct rtk_request *request);

/*
 * A doubly linked list of requests, linked through the requests themselves, so
 * that moving one from list to list cannot fail. It owns nothing.
 */
struct rtk_request_list {
  struct rtk_request *first, *last;
  int count;
};

/* Adds a request that is in no list at the end. */
void rtk_request_list_append(struct rtk_request_list *list,
                             struct rtk_request *request);

/* Takes a request out of the list that it is in. */
void rtk_request_list_remove(struct rtk_request *request);

/* Takes out the last request, or returns NULL. */
struct rtk_request *rtk_request_list_pop(struct rtk_request_list *list);

#endif
