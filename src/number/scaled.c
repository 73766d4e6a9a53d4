/* SPDX-License-Identifier: MIT */
/*
 * A power of ten is the product of two from tables, ten to a multiple of 27 and
 * ten to the rest. The latter are exact; the former are cut off, as are
 * products. Each mantissa has its top bit set.
 */
#include "number/scaled.h"

#define STEP 27
#define FIRST_STEP (-13)

struct mantissa {
  uint64_t high;
  uint64_t low;
};

/* Ten to the powers that are multiples of STEP. */
static const struct mantissa steps[] = {
    {UINT64_C(0x8049A4AC0C5811AE), UINT64_C(0x205B896D777D6278)}, /* -351 */
    {UINT64_C(0xCF42894A5DCE35EA), UINT64_C(0x52064CAC828675B9)}, /* -324 */
    {UINT64_C(0xA76C582338ED2621), UINT64_C(0xAF2AF2B80AF6F24E)}, /* -297 */
    {UINT64_C(0x873E4F75E2224E68), UINT64_C(0x5A7744A6E804A291)}, /* -270 */
    {UINT64_C(0xDA7F5BF590966848), UINT64_C(0xAF39A475506A899E)}, /* -243 */
    {UINT64_C(0xB080392CC4349DEC), UINT64_C(0xBD8D794D96AACFB3)}, /* -216 */
    {UINT64_C(0x8E938662882AF53E), UINT64_C(0x547EB47B7282EE9C)}, /* -189 */
    {UINT64_C(0xE65829B3046B0AFA), UINT64_C(0x0CB4A5A3112A5112)}, /* -162 */
    {UINT64_C(0xBA121A4650E4DDEB), UINT64_C(0x92F34D62616CE413)}, /* -135 */
    {UINT64_C(0x964E858C91BA2655), UINT64_C(0x3A6A07F8D510F86F)}, /* -108 */
    {UINT64_C(0xF2D56790AB41C2A2), UINT64_C(0xFAE27299423FB9C3)}, /* -81 */
    {UINT64_C(0xC428D05AA4751E4C), UINT64_C(0xAA97E14C3C26B886)}, /* -54 */
    {UINT64_C(0x9E74D1B791E07E48), UINT64_C(0x775EA264CF55347D)}, /* -27 */
    {UINT64_C(0x8000000000000000), UINT64_C(0x0000000000000000)}, /* 0 */
    {UINT64_C(0xCECB8F27F4200F3A), UINT64_C(0x0000000000000000)}, /* 27 */
    {UINT64_C(0xA70C3C40A64E6C51), UINT64_C(0x999090B65F67D924)}, /* 54 */
    {UINT64_C(0x86F0AC99B4E8DAFD), UINT64_C(0x69A028BB3DED71A3)}, /* 81 */
    {UINT64_C(0xDA01EE641A708DE9), UINT64_C(0xE80E6F4820CC9495)}, /* 108 */
    {UINT64_C(0xB01AE745B101E9E4), UINT64_C(0x5EC05DCFF72E7F8F)}, /* 135 */
    {UINT64_C(0x8E41ADE9FBEBC27D), UINT64_C(0x14588F13BE847307)}, /* 162 */
    {UINT64_C(0xE5D3EF282A242E81), UINT64_C(0x8F1668C8A86DA5FA)}, /* 189 */
    {UINT64_C(0xB9A74A0637CE2EE1), UINT64_C(0x6D953E2BD7173692)}, /* 216 */
    {UINT64_C(0x95F83D0A1FB69CD9), UINT64_C(0x4ABDAF101564F98E)}, /* 243 */
    {UINT64_C(0xF24A01A73CF2DCCF), UINT64_C(0xBC633B39673C8CEC)}, /* 270 */
    {UINT64_C(0xC3B8358109E84F07), UINT64_C(0x0A862F80EC4700C8)}, /* 297 */
    {UINT64_C(0x9E19DB92B4E31BA9), UINT64_C(0x6C07A2C26A8346D1)}, /* 324 */
    {UINT64_C(0xFF6D0B3492801150), UINT64_C(0x9798278AEA58EFFF)}, /* 351 */
};

/* Ten to the powers below STEP. */
static const uint64_t rests[STEP] = {
    UINT64_C(0x8000000000000000), /* 0 */
    UINT64_C(0xA000000000000000), /* 1 */
    UINT64_C(0xC800000000000000), /* 2 */
    UINT64_C(0xFA00000000000000), /* 3 */
    UINT64_C(0x9C40000000000000), /* 4 */
    UINT64_C(0xC350000000000000), /* 5 */
    UINT64_C(0xF424000000000000), /* 6 */
    UINT64_C(0x9896800000000000), /* 7 */
    UINT64_C(0xBEBC200000000000), /* 8 */
    UINT64_C(0xEE6B280000000000), /* 9 */
    UINT64_C(0x9502F90000000000), /* 10 */
    UINT64_C(0xBA43B74000000000), /* 11 */
    UINT64_C(0xE8D4A51000000000), /* 12 */
    UINT64_C(0x9184E72A00000000), /* 13 */
    UINT64_C(0xB5E620F480000000), /* 14 */
    UINT64_C(0xE35FA931A0000000), /* 15 */
    UINT64_C(0x8E1BC9BF04000000), /* 16 */
    UINT64_C(0xB1A2BC2EC5000000), /* 17 */
    UINT64_C(0xDE0B6B3A76400000), /* 18 */
    UINT64_C(0x8AC7230489E80000), /* 19 */
    UINT64_C(0xAD78EBC5AC620000), /* 20 */
    UINT64_C(0xD8D726B7177A8000), /* 21 */
    UINT64_C(0x878678326EAC9000), /* 22 */
    UINT64_C(0xA968163F0A57B400), /* 23 */
    UINT64_C(0xD3C21BCECCEDA100), /* 24 */
    UINT64_C(0x84595161401484A0), /* 25 */
    UINT64_C(0xA56FA5B99019A5C8), /* 26 */
};

#if defined(__SIZEOF_INT128__)
static struct mantissa multiply(uint64_t a, uint64_t b)
{
  __extension__ typedef unsigned __int128 wide;
  wide product = (wide)a * b;
  struct mantissa result = {(uint64_t)(product >> 64), (uint64_t)product};
  return result;
}
#else
static struct mantissa multiply(uint64_t a, uint64_t b)
{
  uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
  uint64_t middle = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
  uint64_t other = (a & UINT32_MAX) * (b >> 32) + (middle & UINT32_MAX);
  struct mantissa result = {(a >> 32) * (b >> 32) + (middle >> 32) +
                                (other >> 32),
                            other << 32 | (low & UINT32_MAX)};
  return result;
}
#endif

/* The upper two thirds of a product of 128 and 64 bits. */
static struct mantissa multiply_upper(struct mantissa a, uint64_t b)
{
  struct mantissa upper = multiply(a.high, b);
  uint64_t carry = multiply(a.low, b).high;
  upper.low += carry;
  upper.high += upper.low < carry;
  return upper;
}

/* The exponent of the top bit of ten to a power: its logarithm, rounded down.
   The number that is shifted is not negative. */
static int top_bit(int power)
{
  return ((217706 * power + (1 << 30)) >> 16) - (1 << 14);
}

bool rtk_scale(uint64_t digits, int64_t power, struct rtk_scaled *scaled)
{
  struct mantissa product;
  int shift;
  int step;
  int rest;
  if (power < -RTK_SCALED_MAX_POWER || power > RTK_SCALED_MAX_POWER)
    return false;
  step = ((int)power - FIRST_STEP * STEP) / STEP;
  rest = ((int)power - FIRST_STEP * STEP) % STEP;
  shift = __builtin_clzll(digits);
  /* What is missing: less than 1 from the table, and less than 1 of each
     product, which the last shift makes four times as much at most. */
  product = multiply_upper(steps[step], rests[rest]);
  product = multiply_upper(product, digits << shift);
  scaled->exponent =
      top_bit((step + FIRST_STEP) * STEP) + top_bit(rest) - shift;
  shift = __builtin_clzll(product.high);
  if (shift > 0)
    product.high = product.high << shift | product.low >> (64 - shift);
  scaled->high = product.high;
  scaled->low = product.low << shift;
  scaled->exponent += 1 - shift - 63;
  return true;
}
