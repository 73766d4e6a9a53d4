/* SPDX-License-Identifier: MIT */
/* Questions to the kernel about a socket. Nothing here raises. */
#ifndef RTK_SOCKET_H
#define RTK_SOCKET_H

#include <stdbool.h>

/* The errno if there are not enough descriptors to look up a name, else 0. */
int rtk_socket_shortage(void);

/* The local port of a TCP socket; 0 if it has none. */
int rtk_socket_local_port(int socket);

/* True if there is something to read, which may be the end. */
bool rtk_socket_has_input(int socket);

/*
 * True if the peer has closed it or is about to: data on an idle connection
 * means that it is closing.
 */
bool rtk_socket_is_closed(int socket, bool is_idle);

/*
 * True if all that is to be read, which stays there, ends with the last chunk
 * of a reply. False if it is encrypted.
 */
bool rtk_socket_has_last_chunk(int socket);

#endif
