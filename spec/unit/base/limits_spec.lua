-- SPDX-License-Identifier: MIT
-- The bounds that C enforces itself: the Lua layer has the same defaults, and a program that calls
-- rtk.core without that layer meets the caps.

local core = require("rtk.core")
local shell = require("spec.support.servers.shell")

describe("the limits of C", function()
  local header = shell.read("src/base/limits.h")
  local settings = shell.read("lua/rtk/config/settings.lua")

  for _, option in ipairs({ "timeout", "connect_timeout", "max_connections" }) do
    it("have the default of " .. option .. " that the Lua layer has", function()
      local in_c = header:match("RTK_DEFAULT_" .. option:upper() .. " (%d+)")
      local in_lua = settings:match("\n%s+" .. option .. " = (%d+),")
      assert.equal(assert(in_lua), assert(in_c))
    end)
  end

  it("hold for a program that calls rtk.core directly", function()
    local transport = assert(core.transport({}))
    local lines = {}
    for i = 1, 257 do
      lines[i] = ("X-%d: 1"):format(i)
    end
    local request = { method = "GET", url = "http://127.0.0.1:1/", headers = lines }
    local ok, message = pcall(transport.submit, transport, request)
    assert.is_false(ok)
    assert.matches("field 'headers' must hold 256 lines at most", message, 1, true)
    request.headers, request.timeout = nil, 0
    ok, message = pcall(transport.submit, transport, request)
    assert.is_false(ok)
    assert.matches("field 'timeout' must be at least 0.001", message, 1, true)
    transport:close()
  end)
end)
