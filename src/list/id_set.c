/* SPDX-License-Identifier: MIT */
#include "list/id_set.h"

#include <string.h>

size_t rtk_id_set_size(uint32_t slot_count, uint32_t byte_capacity)
{
  return sizeof(struct rtk_id_set) + slot_count * sizeof(struct rtk_id_slot) +
         byte_capacity;
}

static char *bytes_of(struct rtk_id_set *set)
{
  return (char *)(set->slots + set->slot_count);
}

static const char *bytes_in(const struct rtk_id_set *set)
{
  return (const char *)(set->slots + set->slot_count);
}

void rtk_id_set_init(struct rtk_id_set *set, uint32_t slot_count,
                     uint32_t byte_capacity)
{
  set->slot_count = slot_count;
  set->byte_capacity = byte_capacity;
  set->id_count = 0;
  set->byte_count = 0;
  memset(set->slots, 0, slot_count * sizeof *set->slots);
}

/* Slots in a row are tried, so a quarter of them stays empty. */
bool rtk_id_set_has_slot(const struct rtk_id_set *set)
{
  return set->id_count < set->slot_count - set->slot_count / 4;
}

static bool is_id(const struct rtk_id_set *set, const struct rtk_id_slot *slot,
                  const struct rtk_id *id)
{
  const char *bytes = bytes_in(set) + slot->offset;
  return slot->hash == id->hash && slot->length == id->length &&
         (unsigned char)bytes[0] == id->kind &&
         memcmp(bytes + 1, id->bytes, id->length) == 0;
}

uint32_t rtk_id_set_page(const struct rtk_id_set *set, const struct rtk_id *id)
{
  uint32_t mask = set->slot_count - 1;
  uint32_t i;
  for (i = id->hash & mask; set->slots[i].page; i = (i + 1) & mask)
    if (is_id(set, &set->slots[i], id))
      return set->slots[i].page;
  return 0;
}

static void put(struct rtk_id_set *set, const struct rtk_id_slot *slot)
{
  uint32_t mask = set->slot_count - 1;
  uint32_t i = slot->hash & mask;
  while (set->slots[i].page)
    i = (i + 1) & mask;
  set->slots[i] = *slot;
  set->id_count++;
}

void rtk_id_set_add(struct rtk_id_set *set, const struct rtk_id *id,
                    uint32_t page)
{
  struct rtk_id_slot slot = {id->hash, set->byte_count, id->length, page};
  char *bytes = bytes_of(set) + set->byte_count;
  bytes[0] = (char)id->kind;
  memcpy(bytes + 1, id->bytes, id->length);
  set->byte_count += id->length + 1;
  put(set, &slot);
}

void rtk_id_set_copy(struct rtk_id_set *to, const struct rtk_id_set *from)
{
  uint32_t i;
  memcpy(bytes_of(to), bytes_in(from), from->byte_count);
  to->byte_count = from->byte_count;
  for (i = 0; i < from->slot_count; i++)
    if (from->slots[i].page)
      put(to, &from->slots[i]);
}
