-- SPDX-License-Identifier: MIT
-- Resolves host names in luv's loop: as the system does, in a thread of luv's.

local timer = require("rtk.runtime.host.timer")
local uv = require("luv")

local function addresses_of(records)
  local addresses = {}
  for index, record in ipairs(records) do
    addresses[index] = record.addr
  end
  return addresses
end

--- Resolves a host name.
---@param adapter rtk.HostAdapter
---@param name string
---@param seconds number
---@return string[]? addresses
---@return string? message
return function(adapter, name, seconds)
  local result = timer.wait(adapter, seconds, function(waiter)
    local hints = { socktype = "stream" }
    local request, problem = uv.getaddrinfo(name, nil, hints, function(err, records)
      waiter:receive({ records = records, problem = err })
    end)
    if not request then waiter:receive({ problem = problem }) end
  end)
  if not result then return nil, "timeout" end
  if result.records then return addresses_of(result.records) end
  return nil, ("no address of %s: %s"):format(name, tostring(result.problem))
end
