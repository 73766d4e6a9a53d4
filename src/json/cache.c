/* SPDX-License-Identifier: MIT */
#include "json/cache.h"

/* Arrays are made this large in advance at most. */
#define MAX_ARRAY_HINT 1024

static const struct rtk_json_key_hint no_hint = {.miss_budget =
                                                     RTK_JSON_MISS_BUDGET};

void rtk_json_init_cache(struct rtk_json_cache *cache)
{
  int i;
  memset(cache, 0, sizeof *cache);
  for (i = 0; i < RTK_JSON_KEYS; i++)
    rtk_json_set_key(&cache->keys[i], "\"\"", 2);
  for (i = 0; i < RTK_JSON_VALUES; i++)
    rtk_json_set_value(&cache->values[i], "\"\"", 2);
  cache->root = no_hint;
  cache->other = no_hint;
}

static bool is_empty(const struct rtk_json_key *key)
{
  return key->token.length == sizeof "\"\"" - 1;
}

unsigned rtk_json_free_key(struct rtk_json_cache *cache, unsigned slot)
{
  if (is_empty(&cache->keys[slot]))
    return slot;
  if (is_empty(&cache->keys[slot ^ 1]))
    return slot ^ 1;
  return slot ^ (cache->victim++ & 1);
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
  key->key_hint = no_hint;
}

/*
 * At once more, only gradually less. Falling by a quarter bounds what small
 * arrays after a large one can waste.
 */
void rtk_json_note_array(struct rtk_json_key_hint *key_hint, int count)
{
  int lower = key_hint->array * 3 / 4;
  if (count > MAX_ARRAY_HINT)
    count = MAX_ARRAY_HINT;
  key_hint->array = (uint16_t)(count > lower ? count : lower);
}
