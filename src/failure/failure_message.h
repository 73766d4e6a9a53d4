/* SPDX-License-Identifier: MIT */
/*
 * The message of a failure, for people. It may name host and port, but nothing
 * else of what was sent: path, query, headers and proxy may hold secrets.
 */
#ifndef RTK_FAILURE_MESSAGE_H
#define RTK_FAILURE_MESSAGE_H

#include "request/request.h"

/* Room for any message, NUL included. */
#define RTK_FAILURE_SIZE 768

/* Writes the message of a request that failed. Never fails. */
void rtk_failure_message(const struct rtk_request *request,
                         char message[RTK_FAILURE_SIZE]);

#endif
