/* SPDX-License-Identifier: MIT */
/*
 * The identity of the open file behind a descriptor. A child of fork may close
 * an inherited descriptor and reuse its number for a file of its own; closing
 * by identity leaves that file open.
 *
 * Device and inode tell sockets apart. All epolls, timers and eventfds share
 * one inode, so an identity also leaves a mark on its file: the signal of
 * F_SETSIG, which has no effect without O_ASYNC and differs between a process
 * and its children.
 *
 * Where there is no F_SETSIG, what rtk opens has inodes of its own.
 *
 * Nothing here raises.
 */
#ifndef RTK_FD_IDENTITY_H
#define RTK_FD_IDENTITY_H

#include <sys/types.h>

struct rtk_fd_identity {
  dev_t device;
  ino_t inode;
  int mark;            /* 0 if there is none, and nothing has this identity */
  unsigned generation; /* of the process that took it */
};

/* Takes the identity of a descriptor and marks its file. It may be -1. */
void rtk_fd_identity_take(struct rtk_fd_identity *identity, int descriptor);

/*
 * Closes the descriptor; in a child of the process that took the identity only
 * if it stands for that file still. It may be -1.
 */
void rtk_fd_identity_close(const struct rtk_fd_identity *identity,
                           int descriptor);

#endif
