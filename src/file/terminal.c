/* SPDX-License-Identifier: MIT */
#include "file/terminal.h"
#include "base/compat.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80 /* columns */

int terminal_width(lua_State *L)
{
  FILE *file = rtk_stream_file(luaL_checkudata(L, 1, LUA_FILEHANDLE));
  struct winsize size;
  if (!file || !isatty(fileno(file))) {
    lua_pushnil(L);
    return 1;
  }
  memset(&size, 0, sizeof size);
  (void)ioctl(fileno(file), TIOCGWINSZ, &size);
  lua_pushinteger(L, size.ws_col > 0 ? size.ws_col : DEFAULT_WIDTH);
  return 1;
}
