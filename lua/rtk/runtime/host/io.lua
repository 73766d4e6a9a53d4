-- SPDX-License-Identifier: MIT
-- Waits for file descriptors and resolves host names in a host's loop.

local core = require("rtk.core")
local timer = require("rtk.runtime.host.timer")

local io = {}

--- Waits until a descriptor is ready. Afterwards the host no longer knows the descriptor, so it may
--- be closed.
---@param adapter rtk.HostAdapter
---@param descriptor integer
---@param events "r"|"w"
---@param seconds number
---@param on_cancel fun() called when the wait is cancelled
---@return boolean? is_ready
---@return string? message when the descriptor cannot be watched
function io.poll(adapter, descriptor, events, seconds, on_cancel)
  -- The host gets a descriptor that only becomes readable: it need not know of anything else.
  local watch, problem = core.watch(descriptor, events)
  if not watch then return nil, problem end
  local stop
  local function close()
    if stop then stop() end
    watch:close()
  end
  local is_ready = timer.wait(adapter, seconds, function(waiter)
    local function on_ready()
      waiter:receive(true)
    end
    stop, problem = adapter.watch(watch:fd(), function()
      adapter.queue:serve(on_ready)
    end)
    if not stop then waiter:receive() end
    return close
  end, on_cancel)
  if not stop then return nil, "the host cannot wait for it: " .. problem end
  return is_ready == true
end

--- Resolves a host name. It blocks: hosts have no way of their own that is known here.
---@param name string
---@return string[]? addresses
---@return string? message
function io.resolve(name)
  local records, problem = require("socket").dns.getaddrinfo(name)
  if not records then return nil, ("no address of %s: %s"):format(name, tostring(problem)) end
  local addresses = {}
  for index, record in ipairs(records) do
    addresses[index] = record.addr
  end
  return addresses
end

return io
