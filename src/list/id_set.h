/* SPDX-License-Identifier: MIT */
/*
 * A set of ids, each with the number of the page that it was first seen on.
 *
 * The bytes of the ids are kept and compared, so two ids never pass for one:
 * the hash, of which 32 bits are kept, only says where to look. The set is one
 * block of memory that the caller provides, moves to a larger one when it is
 * full, and frees. Nothing here allocates, raises or calls Lua.
 */
#ifndef RTK_ID_SET_H
#define RTK_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rtk_id {
  const char *bytes;
  uint32_t length;
  uint32_t hash;
  unsigned char kind; /* ids of different kinds differ: text "1", number 1 */
};

struct rtk_id_slot {
  uint32_t hash;
  uint32_t offset; /* of its bytes */
  uint32_t length;
  uint32_t page; /* 0: the slot is empty */
};

struct rtk_id_set {
  uint32_t slot_count; /* a power of two */
  uint32_t byte_capacity;
  uint32_t id_count;
  uint32_t byte_count;
  /* The slots follow, then the bytes: a kind and an id by turns. */
  struct rtk_id_slot slots[];
};

/* The memory that a set takes. */
size_t rtk_id_set_size(uint32_t slot_count, uint32_t byte_capacity);

/* Makes an empty set in a block of that size. */
void rtk_id_set_init(struct rtk_id_set *set, uint32_t slot_count,
                     uint32_t byte_capacity);

/* Whether there is a slot for one more id. */
bool rtk_id_set_has_slot(const struct rtk_id_set *set);

/* The page of an id; 0 if it is not in the set. */
uint32_t rtk_id_set_page(const struct rtk_id_set *set, const struct rtk_id *id);

/* Adds an id that is not in the set, for which there is room. */
void rtk_id_set_add(struct rtk_id_set *set, const struct rtk_id *id,
                    uint32_t page);

/* Adds all ids of a set to an empty one that has room for them. */
void rtk_id_set_copy(struct rtk_id_set *to, const struct rtk_id_set *from);

#endif
