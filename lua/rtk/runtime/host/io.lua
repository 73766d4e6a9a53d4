-- SPDX-License-Identifier: MIT
-- Waits in a host's loop: with a timeout, for file descriptors, for the addresses of a host name.

local core = require("rtk.core")
local waiters = require("rtk.runtime.event_loop.waiter")

local io = {}

-- The waiters that a timer of the host will wake: a host may refer to its callbacks weakly.
local waiting = {} -- luacheck: ignore (only the collector looks at it)

--- Waits for the value that the waiter receives.
---@param adapter rtk.HostAdapter
---@param seconds number
---@param start? fun(waiter: rtk.Waiter): function? starts what delivers the value; may return a
---function that stops it
---@param on_cancel? fun() called when the wait is cancelled
---@return any value nil after the timeout
function io.wait(adapter, seconds, start, on_cancel)
  local own, stop = {}, nil
  local waiter = waiters.new(adapter, function(is_cancelled)
    waiting[own] = nil
    if own.cancel then own.cancel() end
    if stop then stop() end
    if is_cancelled and on_cancel then on_cancel() end
  end)
  local function on_time()
    waiter:receive()
  end
  waiting[own] = waiter
  own.cancel = adapter.hooks.after(seconds, function()
    adapter.queue:serve(on_time)
  end)
  stop = start and start(waiter)
  return waiter:wait()
end

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
  local is_ready = io.wait(adapter, seconds, function(waiter)
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

--- The addresses in what a getaddrinfo returns.
---@param records { addr: string }[]
---@return string[] addresses
function io.addresses_of(records)
  local addresses = {}
  for index, record in ipairs(records) do
    addresses[index] = record.addr
  end
  return addresses
end

--- Resolves a host name. It blocks: hosts have no way of their own that is known here.
---@param name string
---@return string[]? addresses
---@return string? message
function io.resolve(name)
  local records, problem = require("socket").dns.getaddrinfo(name)
  if not records then return nil, ("no address of %s: %s"):format(name, tostring(problem)) end
  return io.addresses_of(records)
end

return io
