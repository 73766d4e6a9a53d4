/* SPDX-License-Identifier: MIT */
/* The files of the Lua layer that are inside the library. */
#ifndef RTK_BUNDLE_ARCHIVE_H
#define RTK_BUNDLE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct archive_file {
  uint32_t size; /* bytes of its text */
  char name[60]; /* such as "rtk/client.lua" */
};

/* A part of the library's read-only data. */
struct archive_part {
  const char *data;
  size_t size;
};

/* The files, in the order of the bytes of their names, and how many there are;
   behind the last is one with an empty name. */
extern const struct archive_file rtk_files[]
    __attribute__((visibility("hidden")));
extern const uint32_t rtk_file_count __attribute__((visibility("hidden")));

/* Their texts, each with a zero byte after it. */
extern const char rtk_texts[] __attribute__((visibility("hidden")));

/*
 * Their bytecode, as compile.lua writes it, or nothing: a column of decimal
 * numbers, namely how many parts there are and where each ends, then the parts.
 */
extern const char rtk_bytecode[] __attribute__((visibility("hidden")));

/* The file of a name, or of the module that require knows by a name, or -1. */
int archive_find(const char *name);
int archive_find_module(const char *module);

/* The text of a file. */
struct archive_part archive_text(int file);

/* The text that is compiled to see if the bytecode fits, and its bytecode. */
struct archive_part archive_probe_text(void);
struct archive_part archive_probe(void);

/* The bytecode of a file, from the end of its name on; empty without one. */
struct archive_part archive_bytecode(int file);

/*
 * Takes texts and bytecode out of the memory of the process, since hardly any
 * is read twice; if it is, it comes from the library's file again. Only if that
 * is where they are: see mapping.h.
 */
bool archive_is_releasable(void);
void archive_release(void);

#endif
