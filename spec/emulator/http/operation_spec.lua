-- SPDX-License-Identifier: MIT
local emulator = require("rtk.emulator")
local operation = require("rtk.emulator.http.operation")

local ID = "11111111-2222-4333-8444-555555555555"

describe("rtk.emulator.http.operation", function()
  local emu = emulator.new()

  local function name(method, path)
    return operation.of(emu, { method = method, path = path })
  end

  it("names requests as the API reference does, on both surfaces", function()
    local app = "/client/v4/accounts/a/realtime/kit/" .. emu.app_id
    local one = "GET /meetings/{meeting_id}"
    assert.equal(one, name("GET", app .. "/meetings/" .. ID))
    assert.equal(one, name("GET", "/v2/meetings/" .. ID))
    assert.equal("POST /apps", name("POST", "/client/v4/accounts/a/realtime/kit/apps"))
  end)

  it("names downloads alike, and other requests by their path", function()
    assert.equal("GET /download", name("GET", "/download/a/b/chat/c.csv"))
    assert.equal("GET /client/v4/zones", name("GET", "/client/v4/zones"))
  end)
end)
