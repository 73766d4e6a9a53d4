-- SPDX-License-Identifier: MIT
-- Where the calls of the fault matrix run: each runner is { name, start(on_event) -> world }, a
-- world { client, hurry, is_served, run(f), reset(), fault(fault), clear_faults(), journal(),
-- stop() } with an emulator of its own. `run` calls f where the runtime can wait.

local blocking = require("rtk.runtime.blocking")
local emulator = require("rtk.emulator")
local hurry = require("spec.faults.hurry")
local rtk = require("rtk")
local server = require("rtk.emulator.server")

-- Seconds; for every attempt that is not bound to be late.
local TIMEOUT = 10

local function options_with(more, on_event, hurried)
  local options = {
    runtime = hurried,
    on_event = on_event,
    timeout = TIMEOUT,
    max_response_bytes = 65536,
  }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return options
end

local function in_process(on_event)
  local emu = emulator.new()
  local hurried = hurry.new(blocking)
  -- Without a network the emulator itself refuses, and says who is late.
  local world = { hurry = hurried, client = emu:client(options_with(nil, on_event, hurried)) }
  function world.run(f)
    f()
  end
  function world.reset()
    emu:reset()
  end
  function world.fault(fault)
    emu:fault(fault)
  end
  function world.clear_faults()
    emu:clear_faults()
  end
  function world.journal()
    return emu:journal()
  end
  function world.stop() end
  return world
end

-- The emulator's own calls; they answer as the API does, so a client can make them.
local function add_administration(world, url)
  local admin = assert(rtk.new({ api_token = "any", base_url = url, proxy = "", max_retries = 0 }))
  local function call(method, path, body)
    return assert(admin:request({ method = method, path = path, body = body })).data
  end
  function world.reset()
    call("POST", "/reset")
  end
  function world.fault(fault)
    call("POST", "/faults", fault)
  end
  function world.clear_faults()
    call("DELETE", "/faults")
  end
  function world.journal()
    return call("GET", "/journal")
  end
end

-- A runner over HTTP: a runtime module, and how to call a function where it can wait.
local function served(module, run)
  return function(on_event)
    local running = assert(server.start({ port = 0 }))
    local hurried = hurry.new(module)
    local connection = {
      api_token = "any",
      account_id = "0123456789abcdef0123456789abcdef",
      app_id = "00000000-0000-4000-8000-000000000001",
      base_url = running.url,
      proxy = "",
    }
    local client = assert(rtk.new(options_with(connection, on_event, hurried)))
    local world = { hurry = hurried, client = client, is_served = true, run = run }
    add_administration(world, running.admin_url)
    function world.stop()
      client:close()
      running:stop()
    end
    return world
  end
end

local function directly(f)
  f()
end

return {
  { name = "blocking, in process", start = in_process },
  { name = "blocking, over HTTP", start = served(blocking, directly) },
}
