-- SPDX-License-Identifier: MIT
-- Connections that are reset at moments that cannot be arranged: libraries that stand before
-- the C library pretend them.

local rawserver = require("spec.support.servers.rawserver")
local shell = require("spec.support.servers.shell")
local shim = require("spec.support.servers.shim")

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

  local function call(library, count, url)
    local before = shim.before("build/spec/" .. library .. ".so")
    return shell.lua_output(CALLS:format(count, url), before)
  end

  -- libcurl reports a TLS failure then, and quotes its question for the peer.
  it("before the TLS handshake is lost, not refused, and nothing was sent on it", function()
    local server = serve({ "gulp", "rst" })
    local lost = ("connection to 127.0.0.1:%d failed: lost in the TLS handshake"):format(
      server.port
    )
    local url = server.url:gsub("^http:", "https:")
    assert.equal("connection\tfalse\t" .. lost, call("unconnected", 1, url))
  end)

  describe("and of which epoll shows the error alone", function()
    local REPLY = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"

    it("is lost before a reply came", function()
      local server = serve({ "read", "send", REPLY, "read", "rst" })
      local lost = ("connection to 127.0.0.1:%d was lost before a reply came"):format(server.port)
      assert.equal("200\tnil\tnil\nconnection\ttrue\t" .. lost, call("early_error", 2, server.url))
    end)

    it("loses no reply that came before", function()
      local server = serve({ "read", "send", REPLY, "rst" })
      assert.equal("200\tnil\tnil\n200\tnil\tnil", call("early_error", 2, server.url))
    end)
  end)
end)
