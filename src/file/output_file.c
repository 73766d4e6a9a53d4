/* SPDX-License-Identifier: MIT */
#include "file/output_file.h"
#include "base/compat.h"
#include "base/fd_identity.h"
#include "base/userdata.h"
#include "file/write_at.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TYPE_NAME "rtk.file"

/* How often another may replace the file between opening and locking it. */
#define MAX_ATTEMPTS 8

_Static_assert(sizeof(off_t) == 8, "compile with -D_FILE_OFFSET_BITS=64");

struct output_file {
  int fd; /* -1 while closed */
  struct rtk_fd_identity identity;
};

const char *output_file_reason(int error)
{
  switch (error) {
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    return "disk_full";
  case EWOULDBLOCK:
    return "locked";
  default:
    return "write";
  }
}

/* Pushes nil, message, reason. */
static int push_failure(lua_State *L, const char *what, int error)
{
  const char *reason = output_file_reason(error);
  lua_pushnil(L);
  lua_pushfstring(L, "could not %s the file: %s", what,
                  strcmp(reason, "locked") == 0 ? "another download writes it"
                                                : strerror(error));
  lua_pushstring(L, reason);
  return 3;
}

static struct output_file *to_file(lua_State *L, int index)
{
  struct output_file *file = luaL_checkudata(L, index, TYPE_NAME);
  luaL_argcheck(L, file->fd >= 0, index, "file is closed");
  return file;
}

int output_file_descriptor(lua_State *L, int index)
{
  return to_file(L, index)->fd;
}

/* A position in a file, from Lua. */
static off_t check_position(lua_State *L, int index)
{
  lua_Number position = luaL_checknumber(L, index);
  /* Written so that NaN fails, too; beyond it the conversion is undefined. */
  luaL_argcheck(L, position >= 0 && position < 9e18, index,
                "must be 0 or more");
  return (off_t)position;
}

static int file_size(lua_State *L)
{
  int fd = to_file(L, 1)->fd;
  struct stat status;
  memset(&status, 0, sizeof status);
  if (fd >= 0)
    (void)fstat(fd, &status);
  rtk_pushcount(L, status.st_size);
  return 1;
}

static int file_truncate(lua_State *L)
{
  off_t size = check_position(L, 2);
  if (ftruncate(to_file(L, 1)->fd, size) != 0)
    return push_failure(L, "shorten", errno);
  lua_pushboolean(L, true);
  return 1;
}

static int file_write(lua_State *L)
{
  int64_t offset = check_position(L, 2);
  size_t size;
  /* Makes a text of a number, within which a finalizer may close the file. */
  const char *text = luaL_checklstring(L, 3, &size);
  int error = rtk_write_at(to_file(L, 1)->fd, &offset, text, size);
  if (error)
    return push_failure(L, "write to", error);
  lua_pushboolean(L, true);
  return 1;
}

static int file_close(lua_State *L)
{
  struct output_file *file = luaL_checkudata(L, 1, TYPE_NAME);
  if (file->fd >= 0)
    rtk_fd_identity_close(&file->identity, file->fd);
  file->fd = -1;
  return 0;
}

static const luaL_Reg methods[] = {
    {"size", file_size},   {"truncate", file_truncate},
    {"write", file_write}, {"close", file_close},
    {NULL, NULL},
};

static const luaL_Reg metamethods[] = {
    {"__gc", file_close}, {"__close", file_close}, {NULL, NULL}};

static const struct rtk_userdata_type type = {TYPE_NAME, metamethods, methods};

/* Whether the path still leads to the open file: who had the lock before may
   have renamed it. */
static bool is_at(int fd, const char *path)
{
  struct stat opened;
  struct stat named;
  return fstat(fd, &opened) == 0 && stat(path, &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Opens and locks it. Returns the descriptor, or -1 and errno. */
static int open_locked(const char *path)
{
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  int error;
  if (fd < 0)
    return -1;
  if (flock(fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  error = errno;
  (void)close(fd);
  errno = error;
  return -1;
}

static int open_at(const char *path)
{
  int attempts;
  for (attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
    int fd = open_locked(path);
    if (fd < 0 || is_at(fd, path))
      return fd;
    (void)close(fd);
  }
  errno = EWOULDBLOCK;
  return -1;
}

/* Why nothing may be renamed to a path; NULL if nothing is there, or a file. A
   device would be gone, and a directory refuse it when all is received. */
static const char *refusal(const char *target)
{
  struct stat status;
  if (stat(target, &status) != 0 || S_ISREG(status.st_mode))
    return NULL;
  return S_ISDIR(status.st_mode) ? "it is a directory"
                                 : "it is no regular file: pass an open file";
}

int output_file_open(lua_State *L)
{
  size_t length;
  const char *path = luaL_checklstring(L, 1, &length);
  const char *target = luaL_optstring(L, 2, path);
  const char *reason = refusal(target);
  struct output_file *file;
  luaL_argcheck(L, strlen(path) == length, 1, "path must not hold NUL");
  if (reason) {
    lua_pushnil(L);
    lua_pushfstring(L, "could not open the file: %s", reason);
    lua_pushstring(L, output_file_reason(0));
    lua_pushstring(L, target);
    return 4;
  }
  rtk_userdata_push_metatable(L, &type, 0);
  file = rtk_newuserdata(L, sizeof *file);
  file->fd = -1;
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  file->fd = open_at(path);
  if (file->fd < 0)
    return push_failure(L, "open", errno);
  rtk_fd_identity_take(&file->identity, file->fd);
  return 1;
}
