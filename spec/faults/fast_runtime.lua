-- SPDX-License-Identifier: MIT
-- A runtime that wraps another one for the fault matrix: it records waits instead of waiting and
-- shortens the timeout of attempts that will stall. It sends an attempt that must be refused to a
-- port without a listener, because a server cannot refuse a connection itself.

local process = require("spec_process")

local FastRuntime = {}
FastRuntime.__index = FastRuntime

local function copy_with(request, name, value)
  local copy = {}
  for key, own in pairs(request) do
    copy[key] = own
  end
  copy[name] = value
  return copy
end

function FastRuntime:_change(request)
  -- A transfer that goes on is no attempt of its own.
  if request.resume then return request end
  if self.refusals > 0 then
    self.refusals = self.refusals - 1
    local free = "127.0.0.1:" .. process.free_ports(1)[1]
    return copy_with(request, "url", (request.url:gsub("127%.0%.0%.1:?%d*", free, 1)))
  elseif self.stalls > 0 then
    self.stalls = self.stalls - 1
    return copy_with(request, "timeout", self.stalled_timeout)
  end
  return request
end

--- Clears planned faults and recorded waits.
function FastRuntime:reset()
  self.waits, self.stalls, self.refusals = {}, 0, 0
end

--- Makes the runtime on a transport, as every runtime module does.
---@param transport table
---@return table runtime
function FastRuntime:runtime_on(transport)
  local real = self.module.new(transport)
  local runtime = setmetatable({}, { __index = real })
  function runtime.send(_, request)
    return real:send(self:_change(request))
  end
  function runtime.sleep(_, seconds)
    table.insert(self.waits, seconds)
  end
  return runtime
end

--- Wraps a runtime module. The result is a runtime module with `waits` (the seconds of each wait
--- that was skipped), `stalls` and `refusals` (how many of the next attempts stall or are
--- refused), and `stalled_timeout` (the timeout of a stalled attempt, in seconds).
---@param module table
---@return table fast_runtime
local function new(module)
  local self = setmetatable({ module = module }, FastRuntime)
  self:reset()
  function self.new(transport)
    return self:runtime_on(transport)
  end
  return self
end

return { new = new }
