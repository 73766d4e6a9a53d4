/* SPDX-License-Identifier: MIT */
#include "bundle/archive.h"
#include "system/mapping.h"

#include <stdlib.h>
#include <string.h>

int archive_find(const char *name)
{
  int first = 0;
  int after = (int)rtk_file_count;
  while (first < after) {
    int middle = first + (after - first) / 2;
    int order = strcmp(name, rtk_files[middle].name);
    if (order == 0)
      return middle;
    if (order < 0)
      after = middle;
    else
      first = middle + 1;
  }
  return -1;
}

/* The file of a module in that form: "rtk.once" is "rtk/once.lua", or
   "rtk/once/init.lua". */
static int find_ending(const char *module, const char *ending)
{
  char name[sizeof rtk_files->name];
  size_t length = strlen(module);
  size_t place;
  if (length + strlen(ending) >= sizeof name)
    return -1;
  for (place = 0; place < length; place++)
    name[place] = (char)(module[place] == '.' ? '/' : module[place]);
  memcpy(name + length, ending, strlen(ending) + 1);
  return archive_find(name);
}

int archive_find_module(const char *module)
{
  int file = find_ending(module, ".lua");
  return file >= 0 ? file : find_ending(module, "/init.lua");
}

struct archive_part archive_text(int file)
{
  struct archive_part text = {rtk_texts, rtk_files[file].size};
  int before;
  for (before = 0; before < file; before++)
    text.data += rtk_files[before].size + 1;
  return text;
}

enum { COLUMN = 10, PROBE_TEXT = 0, PROBE = 1, FIRST_FILE = 2 };

/* A number of the column; 0 where there is none. */
static size_t number_at(size_t row)
{
  return *rtk_bytecode ? strtoul(rtk_bytecode + row * COLUMN, NULL, 10) : 0;
}

/* A part of the bytecode; empty if there are not as many. */
static struct archive_part part_at(size_t index)
{
  struct archive_part part = {NULL, 0};
  size_t count = number_at(0);
  size_t start;
  if (index >= count)
    return part;
  start = index ? number_at(index) : 0;
  part.data = rtk_bytecode + (1 + count) * COLUMN + start;
  part.size = number_at(index + 1) - start;
  return part;
}

struct archive_part archive_probe_text(void)
{
  return part_at(PROBE_TEXT);
}

struct archive_part archive_probe(void)
{
  return part_at(PROBE);
}

struct archive_part archive_bytecode(int file)
{
  return part_at(FIRST_FILE + (size_t)file);
}

bool archive_is_releasable(void)
{
  /* What has not been read is not known. */
  return *rtk_texts && rtk_mapping_is_of_file(rtk_texts);
}

void archive_release(void)
{
  size_t count = number_at(0);
  size_t size = 0;
  int file;
  for (file = 0; *rtk_files[file].name; file++)
    size += rtk_files[file].size + 1;
  rtk_mapping_release(rtk_texts, size);
  /* The column is read for each module. */
  if (count)
    rtk_mapping_release(rtk_bytecode + (1 + count) * COLUMN, number_at(count));
}
