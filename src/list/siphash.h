/* SPDX-License-Identifier: MIT */
/*
 * SipHash-1-3 with 64 bits of result: a hash with a secret key, so that a
 * server cannot choose ids that meet in one slot of a table.
 *
 * Words are read in the byte order of the machine: results are for tables in
 * memory and never leave the process.
 */
#ifndef RTK_SIPHASH_H
#define RTK_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct rtk_siphash_key {
  uint64_t words[2];
};

uint64_t rtk_siphash(const struct rtk_siphash_key *key, const void *data,
                     size_t length);

#endif
