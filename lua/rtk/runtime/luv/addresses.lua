-- SPDX-License-Identifier: MIT
-- Finds the addresses of a host as the system does, in a thread of luv's, so
-- that the loop goes on meanwhile.

local timed = require("rtk.runtime.luv.timer")
local uv = require("luv")

local addresses = {}

local function strings(found)
  local all = {}
  for index, one in ipairs(found) do
    all[index] = one.addr
  end
  return all
end

--- Waits for the addresses of a name.
---@param host table see rtk.runtime.event_loop.waiter
---@param name string
---@param seconds number
---@return string[]? found
---@return string? message
function addresses.of(host, name, seconds)
  local outcome = timed.wait(host, seconds, function(waiter)
    local request, problem = uv.getaddrinfo(name, nil, { socktype = "stream" }, function(why, found)
      waiter:receive({ found = found, problem = why })
    end)
    if not request then waiter:receive({ problem = problem }) end
  end)
  if not outcome then return nil, "timeout" end
  if outcome.found then return strings(outcome.found) end
  return nil, ("no address of %s: %s"):format(name, tostring(outcome.problem))
end

return addresses
