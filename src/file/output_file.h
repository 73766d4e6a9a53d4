/* SPDX-License-Identifier: MIT */
/*
 * A file that a reply flows into, for Lua.
 *
 *   file:size()              -> bytes
 *   file:truncate(bytes)     true, or nil, message, reason
 *   file:write(offset, text) true, or nil, message, reason
 *   file:close()             also called by the collector
 *
 * While it is open no other program, and nothing else in this one, can open it
 * here. Reasons: "disk_full", "write".
 */
#ifndef RTK_OUTPUT_FILE_H
#define RTK_OUTPUT_FILE_H

#include <lua.h>

/*
 * open_file(path, target?) -> file, or nil, message, reason. Makes the file if
 * there is none, and keeps what it holds. It fails if the target, which the
 * caller will rename the file to, is a directory or a device, and returns the
 * target, too. Reasons: "locked" while another has it, else "write".
 * [-0, +(1|3|4), e]
 */
int output_file_open(lua_State *L);

/* [-0, +0, e] The descriptor of the file at index; raises if it is closed. */
int output_file_descriptor(lua_State *L, int index);

/* Whether an errno means that there is no room: a constant. */
const char *output_file_reason(int error);

#endif
