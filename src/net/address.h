/* SPDX-License-Identifier: MIT */
/*
 * Which addresses a transfer may connect to. A URL that came from outside must
 * not reach what only this machine can reach: the host's name does not tell,
 * so the address that it is connected to decides.
 *
 * Nothing here raises or calls Lua.
 */
#ifndef RTK_ADDRESS_H
#define RTK_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum rtk_reach {
  RTK_REACH_ANY = 0,
  RTK_REACH_PUBLIC,  /* addresses that are routed on the internet */
  RTK_REACH_LOOPBACK /* those and this machine */
};

/* An address of either family, or none. */
struct rtk_address {
  int family; /* AF_UNSPEC: none */
  uint8_t bytes[sizeof(struct in6_addr)];
};

/* Whether a text is an address and nothing else; fills it in either way. */
bool rtk_address_read(const char *text, struct rtk_address *address);

/* Whether an address is within reach; of other families only with ANY. */
bool rtk_address_is_within(enum rtk_reach reach,
                           const struct sockaddr *address);

/* The same of an address in text. A text that is no address is not within. */
bool rtk_address_text_is_within(enum rtk_reach reach, const char *text);

/*
 * Whether the host of a URL may be within: false if it is an address that is
 * not, or a name of this machine. Behind a proxy, which looks up all other
 * names, this is all that can be told.
 */
bool rtk_address_url_is_within(enum rtk_reach reach, const char *url);

#endif
