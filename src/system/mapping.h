/* SPDX-License-Identifier: MIT */
/* The pages of memory that the program's files are mapped to. */
#ifndef RTK_MAPPING_H
#define RTK_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the page at an address, which has been read, is that of a file. It
 * is not where a program unpacked itself, and unknown where the system does
 * not say.
 */
bool rtk_mapping_is_of_file(const void *address);

/*
 * Takes read-only data of a file out of the memory of the process, in whole
 * pages: what reads it later gets it from the file again.
 */
void rtk_mapping_release(const void *data, size_t size);

#endif
