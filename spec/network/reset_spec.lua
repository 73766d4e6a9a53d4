-- SPDX-License-Identifier: MIT
-- A connection that is reset between its making and the TLS handshake is lost, not refused: the
-- call is repeated. libcurl reports a TLS failure then, and quotes its question for the peer.

local rawserver = require("spec.support.servers.rawserver")
local shell = require("spec.support.servers.shell")

describe("a connection that is reset before the TLS handshake", function()
  local serve = rawserver.around()

  it("is lost, and nothing was sent on it", function()
    local server = serve({ "gulp", "rst" })
    local script = ([[
      local transport = assert(require("rtk.core").transport({ proxy = "" }))
      transport:submit({ method = "GET", url = "https://127.0.0.1:%d/", connect_timeout = 60 })
      local result = transport:step(60)[1]
      print(result.kind, result.sent, result.message)
    ]]):format(server.port)
    local lost = ("connection to 127.0.0.1:%d failed: lost in the TLS handshake"):format(
      server.port
    )
    assert.equal(
      "connection\tfalse\t" .. lost,
      shell.lua_output(script, "LD_PRELOAD=build/spec/unconnected.so ")
    )
  end)
end)
