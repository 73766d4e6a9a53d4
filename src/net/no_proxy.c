/* SPDX-License-Identifier: MIT */
#include "net/no_proxy.h"
#include "net/address.h"
#include "net/proxy.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATORS ", \t\r\n"

/* The longest address with the digits of a range. */
#define ADDRESS_SIZE (INET6_ADDRSTRLEN + 4)

/* A part of a text. */
struct span {
  const char *start;
  size_t length;
};

static struct span host_of(const char *url)
{
  const char *scheme_end = strstr(url, "://");
  struct span host = {scheme_end ? scheme_end + 3 : url, 0};
  if (*host.start == '[') {
    host.start++;
    host.length = strcspn(host.start, "]/?#");
  } else {
    host.length = strcspn(host.start, ":/?#");
  }
  return host;
}

static bool copy_span(struct span span, char text[ADDRESS_SIZE])
{
  if (span.length >= ADDRESS_SIZE)
    return false;
  memcpy(text, span.start, span.length);
  text[span.length] = '\0';
  return true;
}

/* Whether two addresses have the first bits in common. */
static bool agree(const unsigned char *a, const unsigned char *b, long bits)
{
  size_t whole = (size_t)bits / 8;
  unsigned rest = (unsigned)bits % 8;
  if (memcmp(a, b, whole) != 0)
    return false;
  return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

/* Whether an entry is the address, or a range that has it. */
static bool is_range_of(struct span entry, const struct rtk_address *host)
{
  struct rtk_address network;
  char text[ADDRESS_SIZE];
  char *slash;
  char *end;
  const long most = host->family == AF_INET ? 32 : 128;
  long bits = most;
  if (!copy_span(entry, text))
    return false;
  slash = strchr(text, '/');
  if (slash) {
    *slash = '\0';
    bits = strtol(slash + 1, &end, 10);
    if (end == slash + 1 || *end != '\0' || bits < 0 || bits > most)
      return false;
  }
  return rtk_address_read(text, &network) && network.family == host->family &&
         agree(host->bytes, network.bytes, bits);
}

/* Without the dot that ends a name in full. */
static struct span without_last_dot(struct span name)
{
  if (name.length > 0 && name.start[name.length - 1] == '.')
    name.length--;
  return name;
}

/* Whether an entry is the host or a domain above it. */
static bool is_domain_of(struct span entry, struct span host)
{
  host = without_last_dot(host);
  entry = without_last_dot(entry);
  if (entry.length > 0 && *entry.start == '.') {
    entry.start++;
    entry.length--;
  }
  if (entry.length == 0 || entry.length > host.length ||
      !curl_strnequal(host.start + host.length - entry.length, entry.start,
                      entry.length))
    return false;
  return entry.length == host.length ||
         host.start[host.length - entry.length - 1] == '.';
}

bool rtk_no_proxy_exempts(const char *url)
{
  const char *list = rtk_proxy_variable("no_proxy");
  struct span host = host_of(url);
  struct rtk_address address = {AF_UNSPEC, {0}};
  struct span entry;
  char text[ADDRESS_SIZE];
  if (!list)
    list = rtk_proxy_variable("NO_PROXY");
  if (!list)
    return false;
  if (strcmp(list, "*") == 0)
    return true;
  if (copy_span(host, text))
    (void)rtk_address_read(text, &address);
  for (; *list; list = entry.start + entry.length) {
    entry.start = list + strspn(list, SEPARATORS);
    entry.length = strcspn(entry.start, SEPARATORS);
    if (address.family == AF_UNSPEC ? is_domain_of(entry, host)
                                    : is_range_of(entry, &address))
      return true;
  }
  return false;
}
