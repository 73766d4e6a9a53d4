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

  -- A library whose loop runs when the spec says so, and the adapter for it.
  local LIBRARY, ADAPTER = "luv", "rtk.runtime.luv"
  local library, adapter

  before_each(function()
    is_running, loaded = false, {}
    library, adapter = package.loaded[LIBRARY], package.loaded[ADAPTER]
    package.loaded[LIBRARY] = {
      loop_mode = function()
        return is_running and "default" or nil
      end,
    }
    package.loaded[ADAPTER] = new_module(loaded)
  end)

  after_each(function()
    package.loaded[LIBRARY], package.loaded[ADAPTER] = library, adapter
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
    package.loaded[ADAPTER] = nil
    assert.equal(blocking, runtime.choose())
    assert.is_nil(package.loaded[ADAPTER])
  end)

  it("chooses for each call, not when the client is made", function()
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
