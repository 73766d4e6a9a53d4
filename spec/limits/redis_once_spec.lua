-- SPDX-License-Identifier: MIT
-- rtk.once in a real Redis.

local contract = require("spec.support.asserts.once_contract")
local redis_server = require("spec.support.servers.redis_server")
local rtk = require("rtk")

describe("rtk.once.redis", function()
  local server = redis_server.around()

  local function once(options)
    local all = { port = server.port }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    return rtk.once.redis(all)
  end

  for title, try in pairs(contract) do
    it(title, function()
      try(function(options)
        options.key = title:gsub("[^a-z]", "") .. ":"
        return once(options)
      end)
    end)
  end

  it("says that it is out of reach, and runs nothing", function()
    local value, message, err = once({ port = 1, timeout = 0.05 }):run("k", error)
    assert.is_nil(value)
    assert.truthy(message:find("redis: ", 1, true), message)
    assert.same({ "connection", "store", false }, { err.kind, err.reason, err.maybe_executed })
  end)

  it("keeps others out when its holder has died, until the lock ends", function()
    local dead = once({ ttl = 60 })
    -- It never returns: its process is gone.
    local task = coroutine.create(function()
      dead:run("k", coroutine.yield)
    end)
    assert(coroutine.resume(task))
    local value, _, err = once():run("k", error, { wait = 0 })
    assert.is_nil(value)
    assert.equal("locked", err.reason)
    local left = tonumber(server:cli("pttl rtk:once:lock:k"))
    assert.is_true(left > 0 and left <= 60000, left)
    -- As if that time had passed.
    server:cli("pexpire rtk:once:lock:k 1")
    assert.equal("mine", (once():run("k", function()
      return "mine"
    end)))
  end)
end)
