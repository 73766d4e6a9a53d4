/* SPDX-License-Identifier: MIT */
/*
 * The requests of an engine by id: a hash table whose chains run through the
 * requests themselves, so that adding one cannot fail. Ids are consecutive, so
 * chains are short; without memory for a longer array they get longer. It owns
 * no request.
 *
 * Nothing here raises or calls Lua. The struct must not move.
 */
#ifndef RTK_REQUEST_TABLE_H
#define RTK_REQUEST_TABLE_H

#include "request/request.h"

#include <stddef.h>

/* How many chains there are at first; a power of two. */
#define RTK_REQUEST_TABLE_SIZE 16

struct rtk_request_chain {
  struct rtk_request *request; /* the first; NULL if it is empty */
};

struct rtk_request_table {
  struct rtk_request_chain *chains; /* first, or an array on the heap */
  size_t size;                      /* of chains, a power of two */
  size_t count;                     /* requests */
  struct rtk_request_chain first[RTK_REQUEST_TABLE_SIZE];
};

/* Makes an empty table; acquires nothing. */
void rtk_request_table_init(struct rtk_request_table *table);

/* Forgets all requests and gives its memory back. Idempotent. */
void rtk_request_table_close(struct rtk_request_table *table);

/* Adds a request, whose id no other in the table has. */
void rtk_request_table_add(struct rtk_request_table *table,
                           struct rtk_request *request);

/* Takes out a request, if it is there. */
void rtk_request_table_remove(struct rtk_request_table *table,
                              const struct rtk_request *request);

/* The request with that id, or NULL. */
struct rtk_request *
rtk_request_table_find(const struct rtk_request_table *table, int64_t id);

#endif
