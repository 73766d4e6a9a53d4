/* SPDX-License-Identifier: MIT */
/*
 * The requests of an engine by id: a hash table whose chains run through the
 * requests themselves, so that adding one cannot fail. Ids are consecutive, so
 * chains are short; without memory for a longer array they get longer. It owns
 * no request.
 *
 * Nothing here raises or calls Lua. The struct must not move.
 */
#ifndef RTK_REQUESTS_BY_ID_H
#define RTK_REQUESTS_BY_ID_H

#include "request/request.h"

#include <stddef.h>

/* How many chains there are at first; a power of two. */
#define RTK_REQUEST_TABLE_SIZE 16

struct rtk_request_chain {
  struct rtk_request *request; /* the first; NULL if it is empty */
};

struct rtk_requests_by_id {
  struct rtk_request_chain *chains; /* first, or an array on the heap */
  size_t size;                      /* of chains, a power of two */
  size_t count;                     /* requests */
  struct rtk_request_chain first[RTK_REQUEST_TABLE_SIZE];
};

/* Makes an empty table; acquires nothing. */
void rtk_requests_by_id_init(struct rtk_requests_by_id *table);

/* Forgets all requests and gives its memory back. Idempotent. */
void rtk_requests_by_id_close(struct rtk_requests_by_id *table);

/* Adds a request, whose id no other in the table has. */
void rtk_requests_by_id_add(struct rtk_requests_by_id *table,
                            struct rtk_request *request);

/* Takes out a request, if it is there. */
void rtk_requests_by_id_remove(struct rtk_requests_by_id *table,
                               const struct rtk_request *request);

/* The request with that id, or NULL. */
struct rtk_request *
rtk_requests_by_id_find(const struct rtk_requests_by_id *table, int64_t id);

#endif
