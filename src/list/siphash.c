/* SPDX-License-Identifier: MIT */
#include "list/siphash.h"

#include <string.h>

struct state {
  uint64_t v0, v1, v2, v3;
};

static uint64_t rotate(uint64_t word, unsigned bits)
{
  return word << bits | word >> (64 - bits);
}

static void mix(struct state *s)
{
  s->v0 += s->v1;
  s->v2 += s->v3;
  s->v1 = rotate(s->v1, 13) ^ s->v0;
  s->v3 = rotate(s->v3, 16) ^ s->v2;
  s->v0 = rotate(s->v0, 32);
  s->v2 += s->v1;
  s->v0 += s->v3;
  s->v1 = rotate(s->v1, 17) ^ s->v2;
  s->v3 = rotate(s->v3, 21) ^ s->v0;
  s->v2 = rotate(s->v2, 32);
}

static void absorb(struct state *s, uint64_t word)
{
  s->v3 ^= word;
  mix(s);
  s->v0 ^= word;
}

uint64_t rtk_siphash(const struct rtk_siphash_key *key, const void *data,
                     size_t length)
{
  const unsigned char *bytes = data;
  const unsigned char *end = bytes + (length & ~(size_t)7);
  struct state s = {key->words[0] ^ UINT64_C(0x736f6d6570736575),
                    key->words[1] ^ UINT64_C(0x646f72616e646f6d),
                    key->words[0] ^ UINT64_C(0x6c7967656e657261),
                    key->words[1] ^ UINT64_C(0x7465646279746573)};
  uint64_t word;
  for (; bytes < end; bytes += 8) {
    memcpy(&word, bytes, 8);
    absorb(&s, word);
  }
  word = 0;
  if (length & 7)
    memcpy(&word, bytes, length & 7);
  /* The length in the byte that the rest never reaches, in either byte order:
     its own word, so that no text looks like a longer one. */
  absorb(&s, word);
  absorb(&s, (uint64_t)length);
  s.v2 ^= 0xff;
  mix(&s);
  mix(&s);
  mix(&s);
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
