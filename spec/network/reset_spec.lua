-- SPDX-License-Identifier: MIT
-- Connections that are reset at moments that cannot be arranged: libraries that stand before
-- the C library pretend them.

local rawserver = require("spec.support.servers.rawserver")
local shell = require("spec.support.servers.shell")
local shim = require("spec.support.servers.shim")
local workdir = require("spec.support.servers.workdir")

-- A connection that is reset after it was made and before libcurl asks for its peer.
local UNCONNECTED = [[
  #include <errno.h>
  #include <sys/socket.h>

  int getpeername(int fd, __SOCKADDR_ARG address, socklen_t *length)
  {
    errno = ENOTCONN;
    return -1;
  }
]]

-- epoll looks at a socket after the kernel noted that it was reset and before the kernel closed it,
-- and reports the error alone. It looks again a little later than it would, so that a reset that
-- follows a reply is there.
local EARLY_ERROR = [[
  #include <dlfcn.h>
  #include <sys/epoll.h>
  #include <unistd.h>

  int epoll_wait(int epoll, struct epoll_event *events, int size, int timeout)
  {
    int (*wait)(int, struct epoll_event *, int, int) =
        dlsym(RTLD_NEXT, "epoll_wait");
    int count = wait(epoll, events, size, timeout);
    if (count > 0 && usleep(10000) == 0)
      count = wait(epoll, events, size, 0);
    for (int i = 0; i < count; i++)
      if (events[i].events & EPOLLERR)
        events[i].events = EPOLLERR;
    return count;
  }
]]

local CALLS = [[
  local transport = assert(require("rtk.core").transport({ proxy = "" }))
  for _ = 1, %d do
    transport:submit({ method = "GET", url = "%s", connect_timeout = 60 })
    local result = transport:step(60)[1]
    print(result.kind or result.status, result.sent, result.message)
  end
]]

describe("a connection that is reset", function()
  local serve = rawserver.around()

  local function call(source, count, url)
    local directory = workdir.new()
    local library = shim.build(directory, "shim", source, "-ldl")
    local output = shell.lua_output(CALLS:format(count, url), shim.before(library))
    workdir.remove(directory)
    return output
  end

  -- libcurl reports a TLS failure then, and quotes its question for the peer.
  it("before the TLS handshake is lost, not refused, and nothing was sent on it", function()
    local server = serve({ "gulp", "rst" })
    local lost = ("connection to 127.0.0.1:%d failed: lost in the TLS handshake"):format(
      server.port
    )
    local url = server.url:gsub("^http:", "https:")
    assert.equal("connection\tfalse\t" .. lost, call(UNCONNECTED, 1, url))
  end)

  describe("and of which epoll shows the error alone", function()
    local REPLY = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"

    it("is lost before a reply came", function()
      local server = serve({ "read", "send", REPLY, "read", "rst" })
      local lost = ("connection to 127.0.0.1:%d was lost before a reply came"):format(server.port)
      assert.equal("200\tnil\tnil\nconnection\ttrue\t" .. lost, call(EARLY_ERROR, 2, server.url))
    end)

    it("loses no reply that came before", function()
      local closing = REPLY:gsub("Content", "Connection: close\\r\\n%0")
      local server = serve({ "read", "send", closing, "rst" })
      assert.equal("200\tnil\tnil\n200\tnil\tnil", call(EARLY_ERROR, 2, server.url))
    end)
  end)
end)
