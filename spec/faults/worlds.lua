-- SPDX-License-Identifier: MIT
-- A world is a client and the emulator that it talks to, as the fault matrix needs them:
-- { client, hurry, is_served, run(f), reset(), fault(fault), clear_faults(), journal(), join(who),
-- advance(seconds), close() }. `run` calls f where the runtime can wait.

local blocking = require("rtk.runtime.blocking")
local emulator = require("rtk.emulator")
local hurry = require("spec.faults.hurry")
local rtk = require("rtk")

local worlds = {}

-- Seconds; for every attempt that is not bound to be late.
local TIMEOUT = 60

local function directly(f)
  f()
end

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

--- A world without a network, where the emulator itself refuses, and says who is late.
---@param on_event function
---@return table world
function worlds.in_process(on_event)
  local emu = emulator.new()
  local hurried = hurry.new(blocking)
  local world = { hurry = hurried, client = emu:client(options_with(nil, on_event, hurried)) }
  world.run = directly
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
  function world.join(who)
    emu:join(who)
  end
  function world.advance(seconds)
    emu:advance(seconds)
  end
  function world.close() end
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
  function world.join(who)
    call("POST", "/join", who)
  end
  function world.advance(seconds)
    call("POST", "/advance", { seconds = seconds })
  end
  function world.close()
    admin:close()
    world.client:close()
  end
end

--- A world over HTTP.
---@param server { url: string, admin_url: string, ca_file?: string } that serves the emulator
---@param module table the runtime
---@param on_event function
---@return table world
function worlds.served(server, module, on_event)
  local hurried = hurry.new(module)
  local connection = {
    api_token = "any",
    account_id = "0123456789abcdef0123456789abcdef",
    app_id = "00000000-0000-4000-8000-000000000001",
    base_url = server.url,
    ca_file = server.ca_file,
    proxy = "",
  }
  local client = assert(rtk.new(options_with(connection, on_event, hurried)))
  local world = { hurry = hurried, client = client, is_served = true, run = directly }
  add_administration(world, server.admin_url)
  return world
end

return worlds
