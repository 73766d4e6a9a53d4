-- SPDX-License-Identifier: MIT
-- Clients for specs, on a fake transport and with a runtime that does not wait.

local blocking = require("rtk.runtime.blocking")
local fake_transport = require("spec.support.clients.fake_transport")
local rtk = require("rtk")

local clients = {}

-- A runtime on a clock of its own: time passes by `advance` instead of by waiting.
local function simulated_runtime(now, advance)
  local runtime = { waits = {} }
  function runtime.new(transport)
    local real = blocking.new(transport)
    local instant = setmetatable({ now = now }, { __index = real })
    function instant:send(request)
      local result = real:send(request)
      advance(result.elapsed)
      return result
    end
    function instant:sleep(seconds)
      table.insert(runtime.waits, seconds)
      advance(seconds)
    end
    return instant
  end
  return runtime
end

--- A runtime that notes its waits instead of waiting.
---@return table runtime with the list `waits`
function clients.instant_runtime()
  local time = 1000
  return simulated_runtime(function()
    return time
  end, function(seconds)
    time = time + seconds
  end)
end

--- A runtime on the clock of an emulator.
---@return table runtime with the list `waits`
function clients.emulated_runtime(emulator)
  return simulated_runtime(function()
    return emulator.clock:now() / 1000
  end, function(seconds)
    emulator:advance(seconds)
  end)
end

--- A client that gets `answers` (see fake_transport) in order.
---@param answers table[]
---@param options? table further options of rtk.new
---@return rtk.Client client, table transport, number[] waits
function clients.fake(answers, options)
  local transport = fake_transport.new(answers)
  local runtime = clients.instant_runtime()
  local all = {
    api_token = "test-token",
    account_id = "acc",
    app_id = "app",
    base_url = "https://api.example.com/client/v4",
    transport = transport,
    runtime = runtime,
  }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return rtk.new(all), transport, runtime.waits
end

--- Has an emulator execute one request of an operation and lose its answer.
---@param emulator rtk.Emulator
---@param operation string
---@param changes? table other fields of the fault
function clients.lose_answer(emulator, operation, changes)
  local fault = { operation = operation, kind = "close", after = true, times = 1 }
  for name, value in pairs(changes or {}) do
    fault[name] = value
  end
  emulator:fault(fault)
end

--- The message of the error that f raises; fails when it raises none.
---@param f function
---@return string
function clients.misuse_of(f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "expected an error")
  return message
end

return clients
