/* SPDX-License-Identifier: MIT */
#include "http/request_list.h"

#include <stddef.h>

void rtk_request_list_append(struct rtk_request_list *list,
                             struct rtk_request *request)
{
  request->next = NULL;
  request->previous = list->last;
  if (list->last)
    list->last->next = request;
  else
    list->first = request;
  list->last = request;
  list->count++;
}

void rtk_request_list_remove(struct rtk_request_list *list,
                             struct rtk_request *request)
{
  if (request->previous)
    request->previous->next = request->next;
  else
    list->first = request->next;
  if (request->next)
    request->next->previous = request->previous;
  else
    list->last = request->previous;
  list->count--;
}

struct rtk_request *rtk_request_list_pop(struct rtk_request_list *list)
{
  struct rtk_request *request = list->last;
  if (request)
    rtk_request_list_remove(list, request);
  return request;
}

struct rtk_request *rtk_request_list_find(const struct rtk_request_list *list,
                                          int64_t id)
{
  struct rtk_request *request = list->first;
  while (request && request->id != id)
    request = request->next;
  return request;
}
