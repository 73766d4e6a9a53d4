-- SPDX-License-Identifier: MIT
-- The runtime of a client whose waits advance the emulator's clock in place of sleeping, so that a
-- test of retries, limits and waits takes no time. It has the form of the client's runtimes: what
-- `new` returns sends, sleeps, and says what time it is.
local virtual_time = {}

local Runtime = {}
Runtime.__index = Runtime

--- Sends one request and returns its result.
---@param request table for the transport's submit
---@return table result
function Runtime:send(request)
  local id, message = self._transport:submit(request)
  if not id then return { kind = "connection", message = message, sent = false, elapsed = 0 } end
  local results = self._results
  while not results[id] do
    -- Those of requests that tasks have sent meanwhile are theirs.
    for _, result in ipairs(self._transport:step()) do
      results[result.id] = result
    end
  end
  local result = results[id]
  results[id] = nil
  return result
end

--- Lets the emulator's time pass.
---@param seconds number
function Runtime:sleep(seconds)
  if seconds > 0 then self._emulator:advance(seconds) end
end

--- The emulator's time.
---@return number seconds
function Runtime:now()
  return self._emulator.clock:now() / 1000
end

--- Nothing is in flight between two calls.
function Runtime.close() end

--- Makes the module of runtimes of an emulator.
---@param emulator rtk.Emulator
---@return table module
function virtual_time.new(emulator)
  return {
    new = function(transport)
      local self = { _emulator = emulator, _transport = transport, _results = {} }
      return setmetatable(self, Runtime)
    end,
  }
end

return virtual_time
