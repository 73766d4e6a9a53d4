/* SPDX-License-Identifier: MIT */
/*
 * The header by which servers say for how long they keep an idle connection:
 * "Keep-Alive: timeout=5, max=100".
 */
#ifndef RTK_KEEP_ALIVE_H
#define RTK_KEEP_ALIVE_H

#include <stddef.h>
#include <stdint.h>

/*
 * For how long a connection may be idle by a header line, so that a request
 * still arrives before the server closes it; -1 if the line is another one or
 * does not say. The line need not end in NUL. Never raises.
 */
int64_t rtk_keep_alive_read(const char *line, size_t size);

#endif
