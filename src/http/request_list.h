/* SPDX-License-Identifier: MIT */
/*
 * A doubly linked list of requests, linked through the requests themselves, so
 * that moving one from list to list cannot fail. It owns nothing.
 */
#ifndef RTK_REQUEST_LIST_H
#define RTK_REQUEST_LIST_H

#include "http/request.h"

struct rtk_request_list {
  struct rtk_request *first, *last;
  int count;
};

/* Adds a request that is in no list at the end. */
void rtk_request_list_append(struct rtk_request_list *list,
                             struct rtk_request *request);

/* Takes out a request that is in this list. */
void rtk_request_list_remove(struct rtk_request_list *list,
                             struct rtk_request *request);

/* Takes out the last request, or returns NULL. */
struct rtk_request *rtk_request_list_pop(struct rtk_request_list *list);

/* The request with that id, or NULL. */
struct rtk_request *rtk_request_list_find(const struct rtk_request_list *list,
                                          int64_t id);

#endif
