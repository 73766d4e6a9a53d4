-- SPDX-License-Identifier: MIT
-- Waits for file descriptors and resolves host names in luv's loop. luv resolves names as the
-- system does, in a thread of its own.

local core = require("rtk.core")
local timer = require("rtk.runtime.luv.timer")
local uv = require("luv")

local io = {}

local function open_poll(descriptor, events)
  -- Polls a separate descriptor: for a broken socket libuv itself would write to stderr.
  local watch, problem = core.watch(descriptor, events)
  if not watch then return nil, problem end
  local handle
  handle, problem = uv.new_poll(watch:fd())
  if not handle then return nil, "luv cannot wait for it: " .. problem end
  return handle, watch
end

--- Waits until a descriptor is ready. Afterwards the loop no longer knows the descriptor, so it may
--- be closed and does not keep the loop from ending.
---@param adapter rtk.EventLoopAdapter
---@param descriptor integer
---@param events "r"|"w"
---@param seconds number
---@param on_cancel fun() called when the wait is cancelled
---@return boolean? is_ready
---@return string? message when luv cannot poll the descriptor
function io.poll(adapter, descriptor, events, seconds, on_cancel)
  local handle, watch = open_poll(descriptor, events)
  if not handle then return nil, watch end
  local is_ready = timer.wait(adapter, seconds, function(waiter)
    handle:start("r", function()
      waiter:receive(true)
    end)
    return function()
      handle:close()
      watch:close()
    end
  end, on_cancel)
  return is_ready == true
end

local function addresses_of(records)
  local addresses = {}
  for index, record in ipairs(records) do
    addresses[index] = record.addr
  end
  return addresses
end

--- Resolves a host name.
---@param adapter rtk.EventLoopAdapter
---@param name string
---@param seconds number
---@return string[]? addresses
---@return string? message
function io.resolve(adapter, name, seconds)
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

return io
