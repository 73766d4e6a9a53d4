-- SPDX-License-Identifier: MIT
-- The setting of the network matrix: calls go over TLS to a proxy that makes the faults, and from
-- there to a served emulator, whose journal shows what it executed.

local expectations = require("spec.network.expectations")
local fault_proxy = require("spec.network.fault_proxy")
local rtk = require("rtk")
local server = require("rtk.emulator.server")
local fixtures = require("spec.faults.fixtures")

local setting = { module = "spec.network.setting", rows = expectations }

--- Serves an emulator behind a fault proxy.
---@return table place
function setting.start()
  local emulator = assert(server.start({ port = 0 }))
  local faulty = fault_proxy.start(emulator)
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

--- A client for the proxy's own calls.
---@param place table
---@return fun(method: string, path: string, body?: table) call
---@return rtk.Client client to be closed
function setting.control(place)
  local client = rtk.new({
    api_token = "any",
    account_id = false,
    base_url = place.control,
    proxy = "",
    max_retries = 0,
  })
  local function call(method, path, body)
    assert(client:request({ method = method, path = path, body = body }))
  end
  return call, client
end

--- A fixture whose faults the proxy makes.
---@param place table
---@param module table the runtime
---@param on_event function
---@return table fixture
function setting.fixture(place, module, on_event)
  local fixture = fixtures.served(place, module, on_event)
  local control, client = setting.control(place)
  local reset, close = fixture.reset, fixture.close
  function fixture.reset()
    fixture.clear_faults()
    reset()
  end
  function fixture.fault(fault)
    control("POST", "/fault", fault)
  end
  -- Connections that a fault has hit do not wait for the next one.
  function fixture.clear_faults()
    control("DELETE", "/faults")
    control("POST", "/release")
  end
  function fixture.close()
    client:close()
    close()
  end
  return fixture
end

return setting
