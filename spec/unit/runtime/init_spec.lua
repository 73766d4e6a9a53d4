-- SPDX-License-Identifier: MIT
local blocking = require("rtk.runtime.blocking")
local clients = require("spec.support.clients.clients")
local fake_transport = require("spec.support.clients.fake_transport")
local rtk = require("rtk")
local runtime = require("rtk.runtime")

describe("rtk.runtime", function()
  local is_running, loaded

  -- A runtime that records what is called.
  local function new_module(log)
    local module = {}
    function module.new(transport)
      local instance = blocking.new(transport)
      return setmetatable({
        send = function(_, request)
          log[#log + 1] = "send"
          return instance:send(request)
        end,
        close = function()
          log[#log + 1] = "close"
        end,
      }, { __index = instance })
    end
    function module.spawn(f)
      log[#log + 1] = "spawn"
      return blocking.spawn(f)
    end
    return module
  end

  before_each(function()
    is_running, loaded = false, {}
    package.preload["a loop"] = function()
      return new_module(loaded)
    end
    table.insert(runtime.adapters, 1, {
      library = "string",
      module = "a loop",
      is_running = function()
        return is_running
      end,
    })
  end)

  after_each(function()
    table.remove(runtime.adapters, 1)
    package.preload["a loop"], package.loaded["a loop"] = nil, nil
  end)

  local function new_client(given, data)
    local answer = { json = { success = true, data = data or { id = "m" } } }
    return rtk.new({
      api_token = "t",
      account_id = "a",
      app_id = "b",
      runtime = given,
      transport = fake_transport.new({ answer }),
    })
  end

  it("blocks without a running loop, and loads no module", function()
    assert.equal(blocking, runtime.choose())
    assert.is_nil(package.loaded["a loop"])
  end)

  it("chooses for each call, not when the client is instance", function()
    local client = new_client()
    assert(client.meetings:get("m"))
    assert.same({}, loaded)
    is_running = true
    assert(client.meetings:get("m"))
    assert(client.meetings:get("m"))
    is_running = false
    assert(client.meetings:get("m"))
    assert.same({ "send", "send" }, loaded)
    client:close()
    assert.same({ "send", "send", "close" }, loaded)
  end)

  it("uses the given runtime", function()
    is_running = true
    local given = {}
    local module = new_module(given)
    local client = new_client(module, {})
    assert.is_nil(client.meetings:each(nil, { prefetch = 1 })())
    rtk.gather({ function() end }, { runtime = module })
    assert.same({ "spawn", "send", "spawn" }, given)
    assert.same({}, loaded)
  end)

  it("spawns where the caller is", function()
    is_running = true
    rtk.gather({ function() end })
    assert.same({ "spawn" }, loaded)
  end)

  it("raises when the given runtime cannot spawn", function()
    local message = clients.misuse_of(runtime.spawn, print, {})
    assert.truthy(message:find("has no spawn", 1, true), message)
  end)
end)
