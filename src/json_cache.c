/* SPDX-License-Identifier: MIT */
#include "json_cache.h"

/* Tables are made this large in advance at most. */
#define MAX_ARRAY_HINT 1024
#define MAX_OBJECT_HINT 64

static const struct rtk_json_place unknown_place = {.luck = RTK_JSON_LUCK};

void rtk_json_init_cache(struct rtk_json_cache *cache)
{
  int i;
  memset(cache, 0, sizeof *cache);
  for (i = 0; i < RTK_JSON_KEYS; i++)
    rtk_json_set_key(&cache->keys[i], "\"\"", 2);
  for (i = 0; i < RTK_JSON_VALUES; i++)
    rtk_json_set_value(&cache->values[i], "\"\"", 2);
  cache->root = unknown_place;
  cache->other = unknown_place;
}

static bool is_empty(const struct rtk_json_key *key)
{
  return key->token.length == sizeof "\"\":" - 1;
}

unsigned rtk_json_free_key(struct rtk_json_cache *cache, unsigned slot)
{
  if (is_empty(&cache->keys[slot]))
    return slot;
  if (is_empty(&cache->keys[slot ^ 1]))
    return slot ^ 1;
  return slot ^ (cache->turn++ & 1);
}

void rtk_json_set_value(struct rtk_json_token *value, const char *at,
                        size_t length)
{
  memcpy(value->bytes, at, length);
  value->length = (uint8_t)length;
}

void rtk_json_set_key(struct rtk_json_key *key, const char *at, size_t length)
{
  rtk_json_set_value(&key->token, at, length);
  key->token.bytes[key->token.length++] = ':';
  key->place = unknown_place;
}

/*
 * What to expect next after a table of count members: at once more, only
 * gradually less, as optional fields come and go. Falling by a quarter
 * bounds what small tables after a large one can waste.
 */
static uint16_t next_hint(uint16_t hint, int count, uint16_t limit)
{
  uint16_t lower = (uint16_t)(hint * 3 / 4);
  if (count >= limit)
    return limit;
  return count > lower ? (uint16_t)count : lower;
}

void rtk_json_note_array(struct rtk_json_place *place, int count)
{
  place->array = next_hint(place->array, count, MAX_ARRAY_HINT);
}

void rtk_json_note_object(struct rtk_json_place *place, int count)
{
  place->object = next_hint(place->object, count, MAX_OBJECT_HINT);
}
