-- SPDX-License-Identifier: MIT
-- Running out of memory in Lua, at each single allocation in turn, neither loses
-- a request nor a reply. (That nothing leaks shows when these specs run
-- under a leak checker.) And the collector knows what a transport takes.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local shell = require("spec.support.servers.shell")
local process = require("spec_process")
local webserver = require("spec.support.servers.webserver")

local MOST_ALLOCATIONS = 2000

describe("transport without memory", function()
  local server = webserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end)

  -- Runs f with ever more memory until it succeeds; failed runs after each failure.
  local function until_success(f, failed)
    for count = 0, MOST_ALLOCATIONS do
      local ok, message = process.scarcely(count, f)
      if ok then return count end
      assert.truthy(tostring(message):find("memory"), message)
      failed()
    end
    error("never succeeds")
  end

  it("keeps all replies until there is memory for all of them", function()
    local ids = {}
    for i = 1, 3 do
      ids[i] = call.submit(transport, server.http .. "/static/object.json")
    end
    core.sleep(0.05)
    local kept = { false }
    local needed = until_success(function()
      kept[1] = transport:step(60)
    end, function()
      assert.is_false(kept[1])
      assert.equal(3, transport:pending())
    end)
    assert.is_true(needed > 5)
    local results = {}
    for _, result in ipairs(kept[1]) do
      results[result.id] = result
    end
    for id, result in pairs(call.drain(transport)) do
      results[id] = result
    end
    for _, id in ipairs(ids) do
      assert.equal("7a1c-42", results[id].value.data.id)
    end
  end)

  it("sends nothing of a request it had no memory to read", function()
    local before = call.one(transport, server.http .. "/count?name=memory").value.count
    local number = 0
    local needed = until_success(function()
      number = number + 1
      return transport:submit({
        method = "POST",
        url = server.http .. "/die?name=memory",
        headers = { "X-Number: " .. number, "X-Empty:" },
      })
    end, function()
      assert.equal(0, transport:pending())
    end)
    assert.is_true(needed > 3)
    call.drain(transport)
    local after = call.one(transport, server.http .. "/count?name=memory").value.count
    assert.equal(before + 1, after)
  end)

  it("makes a transport or none", function()
    local made = {}
    local needed = until_success(function()
      made[1] = core.transport({ proxy = "http://127.0.0.1:1", ca_file = server.ca_file })
    end, function()
      assert.is_nil(made[1])
    end)
    assert.is_true(needed > 0)
    made[1]:close()
  end)
end)

describe("a transport that is not closed", function()
  it("is collected before hundreds pile up", function()
    -- In a process of its own: a heap as big as that of these specs takes longer to collect.
    local highest = shell.lua_output([[
      local highest = 0
      for _ = 1, 400 do
        local transport = assert(require("rtk.core").transport({ proxy = "" }))
        highest = math.max(highest, (transport:fd()))
      end
      print(highest)
    ]])
    -- Four descriptors each.
    assert.is_true(tonumber(highest) < 800, "descriptor " .. highest)
  end)
end)
