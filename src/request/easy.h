/* SPDX-License-Identifier: MIT */
/*
 * The easy handle of a request: its options and its callbacks.
 *
 * Options are never reset between transfers, which costs more than setting
 * anew the few that differ. The callbacks touch the request only.
 */
#ifndef RTK_EASY_H
#define RTK_EASY_H

#include "request/request.h"

/* Makes the header line Accept-Encoding: all compressions that libcurl undoes.
 */
void rtk_easy_list_encodings(char line[RTK_ENCODINGS_SIZE]);

/* Sets, on a new handle, what no transfer changes. False when out of memory:
   then the handle must not be used. */
bool rtk_easy_configure(struct rtk_request *request,
                        const struct rtk_request_settings *settings,
                        struct rtk_poller *poller);

/*
 * Sets what differs between transfers; the request holds copies of the texts
 * by then. CURLE_OK, CURLE_URL_MALFORMAT or CURLE_OUT_OF_MEMORY.
 */
CURLcode rtk_easy_prepare(struct rtk_request *request,
                          const struct rtk_request_args *args);

/* Decides whether the transfer has to make a new connection. */
void rtk_easy_set_fresh(struct rtk_request *request, bool is_fresh);

#endif
