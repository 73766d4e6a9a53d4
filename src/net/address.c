/* SPDX-License-Identifier: MIT */
#include "net/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum scope { PUBLIC, LOOPBACK, PRIVATE };

/* Networks of the special-purpose registries that are not routed globally; the
   rest is public. */
static const struct {
  uint32_t network;
  int bits;
  enum scope scope;
} networks4[] = {
    {0x00000000, 8, PRIVATE},  /* this network */
    {0x0a000000, 8, PRIVATE},  /* 10.0.0.0 */
    {0x64400000, 10, PRIVATE}, /* 100.64.0.0: behind a provider's NAT */
    {0x7f000000, 8, LOOPBACK},
    {0xa9fe0000, 16, PRIVATE}, /* 169.254.0.0: link, and clouds' metadata */
    {0xac100000, 12, PRIVATE}, /* 172.16.0.0 */
    {0xc0000000, 24, PRIVATE}, /* 192.0.0.0: protocol assignments */
    {0xc0000200, 24, PRIVATE}, /* 192.0.2.0: documentation */
    {0xc0586300, 24, PRIVATE}, /* 192.88.99.0: 6to4 relays */
    {0xc0a80000, 16, PRIVATE}, /* 192.168.0.0 */
    {0xc6120000, 15, PRIVATE}, /* 198.18.0.0: measurements */
    {0xc6336400, 24, PRIVATE}, /* 198.51.100.0: documentation */
    {0xcb007100, 24, PRIVATE}, /* 203.0.113.0: documentation */
    {0xe0000000, 3, PRIVATE},  /* multicast, reserved, broadcast */
};

static enum scope scope4(uint32_t address)
{
  size_t i;
  for (i = 0; i < sizeof networks4 / sizeof *networks4; i++)
    if ((address ^ networks4[i].network) >> (32 - networks4[i].bits) == 0)
      return networks4[i].scope;
  return PUBLIC;
}

static uint32_t number_at(const uint8_t *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
         (uint32_t)bytes[2] << 8 | bytes[3];
}

/*
 * Of IPv6 only 2000::/3 is routed. Within it, and beside it, are forms that
 * hold an address of IPv4, which then decides.
 */
static enum scope scope6(const uint8_t *bytes)
{
  static const uint8_t zeros[16];
  static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b};
  if (memcmp(bytes, zeros, 15) == 0 && bytes[15] == 1)
    return LOOPBACK;
  if (memcmp(bytes, mapped, sizeof mapped) == 0 ||
      memcmp(bytes, nat64, sizeof nat64) == 0)
    return scope4(number_at(bytes + 12));
  if (bytes[0] == 0x20 && bytes[1] == 0x02) /* 6to4 */
    return scope4(number_at(bytes + 2));
  if ((bytes[0] & 0xe0) != 0x20)
    return PRIVATE;
  if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 2)
    return PRIVATE; /* 2001::/23: Teredo, benchmarks and the like */
  if (number_at(bytes) == 0x20010db8 || (bytes[0] == 0x3f && bytes[1] == 0xff))
    return PRIVATE; /* documentation */
  return PUBLIC;
}

static bool is_within(enum rtk_reach reach, enum scope scope)
{
  return reach == RTK_REACH_ANY || scope == PUBLIC ||
         (scope == LOOPBACK && reach == RTK_REACH_LOOPBACK);
}

bool rtk_address_is_within(enum rtk_reach reach, const struct sockaddr *address)
{
  struct sockaddr_in in4;
  struct sockaddr_in6 in6;
  if (reach == RTK_REACH_ANY)
    return true;
  if (address->sa_family == AF_INET) {
    memcpy(&in4, address, sizeof in4);
    return is_within(reach, scope4(ntohl(in4.sin_addr.s_addr)));
  }
  if (address->sa_family == AF_INET6) {
    memcpy(&in6, address, sizeof in6);
    return is_within(reach, scope6(in6.sin6_addr.s6_addr));
  }
  return false;
}

bool rtk_address_read(const char *text, struct rtk_address *address)
{
  memset(address, 0, sizeof *address);
  address->family = AF_UNSPEC;
  if (inet_pton(AF_INET, text, address->bytes) == 1)
    address->family = AF_INET;
  else if (inet_pton(AF_INET6, text, address->bytes) == 1)
    address->family = AF_INET6;
  return address->family != AF_UNSPEC;
}

/* Whether a text is an address, and its scope. */
static bool read_scope(const char *text, enum scope *scope)
{
  struct rtk_address address;
  if (!rtk_address_read(text, &address))
    return false;
  *scope = address.family == AF_INET ? scope4(number_at(address.bytes))
                                     : scope6(address.bytes);
  return true;
}

bool rtk_address_text_is_within(enum rtk_reach reach, const char *text)
{
  enum scope scope = PRIVATE;
  return reach == RTK_REACH_ANY ||
         (read_scope(text, &scope) && is_within(reach, scope));
}

/* Whether a name means this machine, for everyone. */
static bool is_local_name(const char *name, size_t length)
{
  static const char local[] = "localhost";
  const size_t size = sizeof local - 1;
  if (length > 0 && name[length - 1] == '.')
    length--;
  if (length < size || !curl_strnequal(name + length - size, local, size))
    return false;
  return length == size || name[length - size - 1] == '.';
}

static bool host_is_within(enum rtk_reach reach, char *host)
{
  size_t length = strlen(host);
  enum scope scope = PUBLIC;
  if (length > 2 && host[0] == '[') {
    host[strcspn(host, "]%")] = '\0';
    host++;
  }
  if (is_local_name(host, length))
    return is_within(reach, LOOPBACK);
  return !read_scope(host, &scope) || is_within(reach, scope);
}

bool rtk_address_url_is_within(enum rtk_reach reach, const char *url)
{
  bool is_allowed = false;
  char *host = NULL;
  CURLU *parsed;
  if (reach == RTK_REACH_ANY)
    return true;
  /* The parser makes addresses of other notations what they are. */
  parsed = curl_url();
  if (parsed && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
      curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK)
    is_allowed = host_is_within(reach, host);
  curl_free(host);
  curl_url_cleanup(parsed);
  return is_allowed;
}
