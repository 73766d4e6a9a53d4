-- SPDX-License-Identifier: MIT
-- The names of requests in the journal, and the number of times that a request is routed.
local emulator = require("rtk.emulator")

local ID = "11111111-2222-4333-8444-555555555555"

describe("rtk.emulator.http.middleware", function()
  local emu = emulator.new()
  local app = "/client/v4/accounts/a/realtime/kit/" .. emu.app_id

  local function name(method, path)
    emu:handle({ method = method, path = path, headers = { authorization = "Bearer x" } })
    local journal = emu:journal()
    return journal[#journal].operation
  end

  it("names requests as the API reference does, on both surfaces", function()
    local one = "GET /meetings/{meeting_id}"
    assert.equal(one, name("GET", app .. "/meetings/" .. ID))
    assert.equal(one, name("GET", "/v2/meetings/" .. ID))
    assert.equal("POST /apps", name("POST", "/client/v4/accounts/a/realtime/kit/apps"))
  end)

  it("names downloads alike, and other requests by their path", function()
    assert.equal("GET /download", name("GET", "/download/a/b/chat/c.csv"))
    assert.equal("GET /client/v4/zones", name("GET", "/client/v4/zones"))
  end)

  it("routes each request once", function()
    local routes, count = emu.routers.app, 0
    emu.routers.app = {
      find = function(_, ...)
        count = count + 1
        return routes:find(...)
      end,
    }
    name("GET", app .. "/meetings")
    emu.routers.app = routes
    assert.equal(1, count)
  end)
end)
