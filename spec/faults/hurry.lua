-- SPDX-License-Identifier: MIT
-- A runtime around another one, for specs of faults: it notes waits instead of waiting, and soon
-- gives up attempts that are bound to time out. An attempt that is to be refused goes where nobody
-- listens, because a server cannot refuse by itself.

local process = require("spec_process")

local Hurry = {}
Hurry.__index = Hurry

local function copy_with(request, name, value)
  local copy = {}
  for key, own in pairs(request) do
    copy[key] = own
  end
  copy[name] = value
  return copy
end

function Hurry:_change(request)
  if self.refusals > 0 then
    self.refusals = self.refusals - 1
    local free = "127.0.0.1:" .. process.free_ports(1)[1]
    return copy_with(request, "url", (request.url:gsub("127%.0%.0%.1:?%d*", free, 1)))
  elseif self.stalls > 0 then
    self.stalls = self.stalls - 1
    return copy_with(request, "timeout", self.haste)
  end
  return request
end

--- Forgets what was planned and what was noted.
function Hurry:reset()
  self.waits, self.stalls, self.refusals = {}, 0, 0
end

--- Makes the runtime on a transport, as every runtime module does.
---@param transport table
---@return table runtime
function Hurry:runtime_on(transport)
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

--- Wraps a runtime module. The result is one, too, and has `waits` (seconds that would have been
--- waited), `stalls` and `refusals` (how many of the next attempts are to be so), and `haste`
--- (seconds that a stalled attempt gets).
---@param module table
---@return table hurry
local function new(module)
  local self = setmetatable({ module = module }, Hurry)
  self:reset()
  function self.new(transport)
    return self:runtime_on(transport)
  end
  return self
end

return { new = new }
