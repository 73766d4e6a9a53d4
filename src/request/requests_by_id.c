/* SPDX-License-Identifier: MIT */
#include "request/requests_by_id.h"

#include <stdlib.h>
#include <string.h>

void rtk_requests_by_id_init(struct rtk_requests_by_id *table)
{
  memset(table, 0, sizeof *table);
  table->chains = table->first;
  table->size = RTK_REQUEST_TABLE_SIZE;
}

void rtk_requests_by_id_close(struct rtk_requests_by_id *table)
{
  if (table->chains != table->first)
    free(table->chains);
  rtk_requests_by_id_init(table);
}

static struct rtk_request_chain *
chain_of(const struct rtk_requests_by_id *table, int64_t id)
{
  return &table->chains[(uint64_t)id & (table->size - 1)];
}

static void push(struct rtk_request_chain *chain, struct rtk_request *request)
{
  request->next_in_chain = chain->request;
  chain->request = request;
}

/* Doubles the chains, if there is memory. */
static void grow(struct rtk_requests_by_id *table)
{
  struct rtk_requests_by_id old = *table;
  struct rtk_request_chain *chains = NULL;
  size_t i;
  if (old.size <= SIZE_MAX / 2 / sizeof *chains)
    chains = calloc(old.size * 2, sizeof *chains);
  if (!chains)
    return;
  table->chains = chains;
  table->size = old.size * 2;
  for (i = 0; i < old.size; i++) {
    struct rtk_request *request = old.chains[i].request;
    while (request) {
      struct rtk_request *next = request->next_in_chain;
      push(chain_of(table, request->id), request);
      request = next;
    }
  }
  if (old.chains != table->first)
    free(old.chains);
}

void rtk_requests_by_id_add(struct rtk_requests_by_id *table,
                            struct rtk_request *request)
{
  if (table->count >= table->size)
    grow(table);
  push(chain_of(table, request->id), request);
  table->count++;
}

void rtk_requests_by_id_remove(struct rtk_requests_by_id *table,
                               const struct rtk_request *request)
{
  struct rtk_request **link = &chain_of(table, request->id)->request;
  while (*link && *link != request)
    link = &(*link)->next_in_chain;
  if (!*link)
    return;
  *link = request->next_in_chain;
  table->count--;
  /* What many requests needed is not kept for few. */
  if (table->count == 0)
    rtk_requests_by_id_close(table);
}

struct rtk_request *
rtk_requests_by_id_find(const struct rtk_requests_by_id *table, int64_t id)
{
  struct rtk_request *request = chain_of(table, id)->request;
  while (request && request->id != id)
    request = request->next_in_chain;
  return request;
}
