/* SPDX-License-Identifier: MIT */
/* Writing at a place of a file, to the end or to an error. Nothing here raises.
 */
#ifndef RTK_WRITE_AT_H
#define RTK_WRITE_AT_H

#include <stddef.h>
#include <stdint.h>

/* Writes from an offset on, which it moves by what was written. Returns 0 or an
   errno. */
int rtk_write_at(int fd, int64_t *offset, const char *data, size_t size);

#endif
