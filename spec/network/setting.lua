-- SPDX-License-Identifier: MIT
-- The setting of the network matrix: calls go over TLS to a front that makes the faults, and from
-- there to a served emulator, which knows what it executed.

local expectations = require("spec.network.expectations")
local front = require("spec.network.front")
local rtk = require("rtk")
local server = require("rtk.emulator.server")
local worlds = require("spec.faults.worlds")

local setting = { module = "spec.network.setting", rows = expectations }

--- Serves an emulator behind a front.
---@return table place
function setting.start()
  local emulator = assert(server.start({ port = 0 }))
  local faulty = front.start(emulator)
  return {
    url = faulty.url,
    control = faulty.control,
    proxy = faulty.proxy,
    ca_file = faulty.ca_file,
    admin_url = emulator.admin_url,
    stop = function()
      faulty:stop()
      emulator:stop()
    end,
  }
end

--- A client of a front's own calls.
---@param place table
---@return fun(method: string, path: string, body?: table) call
---@return rtk.Client client to be closed
function setting.control(place)
  local client =
    rtk.new({ api_token = "any", base_url = place.control, proxy = "", max_retries = 0 })
  local function call(method, path, body)
    assert(client:request({ method = method, path = path, body = body }))
  end
  return call, client
end

--- A world whose faults the front makes.
---@param place table
---@param module table the runtime
---@param on_event function
---@return table world
function setting.world(place, module, on_event)
  local world = worlds.served(place, module, on_event)
  local control, client = setting.control(place)
  local reset, close = world.reset, world.close
  function world.reset()
    world.clear_faults()
    reset()
  end
  function world.fault(fault)
    control("POST", "/fault", fault)
  end
  -- Connections that a fault has hit do not wait for the next one.
  function world.clear_faults()
    control("DELETE", "/faults")
    control("POST", "/release")
  end
  function world.close()
    client:close()
    close()
  end
  return world
end

return setting
