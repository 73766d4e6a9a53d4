/* SPDX-License-Identifier: MIT */
/*
 * Validates UTF-8 by words of eight bytes: what each byte has to be follows
 * from the three before it, which three loads at earlier addresses give. All
 * bytes of a word are compared at once, in the top bits of their places.
 *
 * Only whether there is a fault comes from the words; where it begins comes
 * from utf8.h, one sequence at a time, within the last few bytes.
 */
#include "text/plain.h"
#include "text/utf8.h"

/* Eight bytes, and those that stand one, two and three before them. */
struct window {
  uint64_t here;
  uint64_t before1;
  uint64_t before2;
  uint64_t before3;
};

/* With nothing before them that matters. */
static struct window first_window(const char *at)
{
  uint64_t here = rtk_load8(at);
  struct window w = {here, here << 8, here << 16, here << 24};
  return w;
}

static struct window next_window(const char *at)
{
  struct window w = {rtk_load8(at), rtk_load8(at - 1), rtk_load8(at - 2),
                     rtk_load8(at - 3)};
  return w;
}

/* The top bits of bytes that begin with so many ones, or more. */
static uint64_t ones2(uint64_t bytes)
{
  return bytes & bytes << 1;
}

static uint64_t ones3(uint64_t bytes)
{
  return ones2(bytes) & bytes << 2;
}

static uint64_t ones4(uint64_t bytes)
{
  return ones3(bytes) & bytes << 3;
}

/*
 * Second bytes that make a sequence of three or four overlong, a surrogate or
 * too large; leads are the top bits of first bytes of these. The low half of
 * the first byte and two bits of the second decide (RFC 3629, section 4), as
 * one number below 64, and adding to it makes the top bit say whether it
 * reaches a limit.
 */
static uint64_t bad_seconds(const struct window *w, uint64_t leads)
{
  uint64_t number =
      (w->before1 & RTK_EACH8(0x0F)) << 2 | (w->here >> 4 & RTK_EACH8(0x03));
  uint64_t four = leads & w->before1 << 3;
  /* Of three: E0 80 to E0 9F are 0 and 1; ED A0 to ED BF are 54 and 55. */
  uint64_t bad = leads & ~four &
                 ~((number + RTK_EACH8(0x80 - 2)) &
                   ((number ^ RTK_EACH8(54)) + RTK_EACH8(0x80 - 2)));
  /* Of four: F0 90 to F4 8F are 1 to 16. */
  if (four)
    bad |= four &
           ((number + RTK_EACH8(0x80 - 17)) | ~(number + RTK_EACH8(0x80 - 1)));
  return bad;
}

/* The top bits of bytes that cannot follow those before them. */
static uint64_t bad_bytes(const struct window *w)
{
  uint64_t continued = w->here & ~(w->here << 1);
  uint64_t leads2 = ones2(w->before1);
  uint64_t leads3 = ones3(w->before1) & RTK_TOPS8;
  uint64_t bad = continued ^ (leads2 | ones3(w->before2) | ones4(w->before3));
  /* C0 and C1 make overlong sequences. */
  bad |= leads2 & ~((w->before1 & RTK_EACH8(0x3E)) + RTK_EACH8(0x80 - 2));
  bad &= RTK_TOPS8;
  return leads3 ? bad | bad_seconds(w, leads3) : bad;
}

/* Back to where the code point begins that at is inside of, or at itself; all
   before at is valid as far as it goes. */
static const char *begin_of_code_point(const char *at, const char *first)
{
  int back;
  for (back = 1; back <= 3 && at - back >= first; back++) {
    unsigned char byte = (unsigned char)at[-back];
    if (byte >= 0xC0)
      return byte >= (back == 1   ? 0xC0
                      : back == 2 ? 0xE0
                                  : 0xF0)
                 ? at - back
                 : at;
    if (byte < 0x80)
      return at;
  }
  return at;
}

/* rtk_skip_text, a sequence at a time. */
static const char *skip_sequences(const char *at, const char *end)
{
  while (at < end) {
    size_t length = (unsigned char)*at < 0x80 ? rtk_is_plain(*at)
                                              : rtk_utf8_length(at, end);
    if (length == 0)
      return at;
    at += length;
  }
  return end;
}

const char *rtk_skip_text(const char *at, const char *end)
{
  const char *first = at;
  struct window w;
  if (end - at < 8)
    return skip_sequences(at, end);
  w = first_window(at);
  for (;;) {
    uint64_t special = rtk_special8(w.here);
    uint64_t bad = bad_bytes(&w);
    if (special && !(bad & (special ^ (special - 1))))
      return at + __builtin_ctzll(special) / 8;
    if (special | bad)
      break;
    at += 8;
    if (end - at < 8)
      break;
    w = next_window(at);
  }
  return skip_sequences(begin_of_code_point(at, first), end);
}
