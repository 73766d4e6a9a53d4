-- SPDX-License-Identifier: MIT
-- The store in a real Redis, and a memory of deliveries in it.

local contract = require("spec.support.asserts.store_contract")
local redis_server = require("spec.support.servers.redis_server")
local rtk = require("rtk")

describe("rtk.store.redis", function()
  local server = redis_server.around()

  local function seen(options)
    local all = { port = server.port }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    return rtk.webhook.seen.redis(all)
  end

  for title, try in pairs(contract) do
    it(title, function()
      try(seen({ key = title:gsub("[^a-z]", "") .. ":" }).store)
    end)
  end

  it("remembers deliveries for several processes", function()
    local first, second = seen(), seen()
    local state, _, claim = first:claim("k", "0a")
    assert.equal("new", state)
    assert.equal("busy", (second:claim("k", "0a")))
    assert.is_true((first:settle("k", "0a", false, claim)))
    state, _, claim = second:claim("k", "0a")
    assert.equal("new", state)
    assert.is_true((second:settle("k", "0a", true, claim)))
    assert.equal("done", (first:claim("k", "0a")))
    assert.equal("other", (first:claim("k", "0b")))
  end)

  it("says that it is out of reach", function()
    local state, message = seen({ port = 1, timeout = 0.05 }):claim("k", "0a")
    assert.is_nil(state)
    assert.truthy(message:find("^redis: "), message)
  end)

  it("does not show the password", function()
    local state, message = seen({ username = "nobody", password = "secret-word" }):claim("k", "0a")
    assert.is_nil(state)
    assert.falsy(message:find("secret-word", 1, true), message)
  end)
end)
