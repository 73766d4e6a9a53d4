-- SPDX-License-Identifier: MIT
-- Lets the emulator's clock follow real time, as fast as the option `speed` says: before each call
-- of an emulator the time passes that has passed since the call before, and what falls due in it
-- happens, each thing at its time. A server makes calls by itself, so that nothing waits for one.
--
-- The clock is never set back: where changes of state have moved it ahead of real time, or a test
-- has, it waits or goes on from there.
local RealTime = { __name = "rtk.emulator.state.real_time" }
RealTime.__index = RealTime

-- Seconds of the client's monotonic clock, or whole ones where it is not there.
local function own_source()
  local ok, core = pcall(require, "rtk.core")
  return ok and core.now or os.time
end

--- The time that the emulator's clock should have reached by now.
---@return integer milliseconds
function RealTime:target()
  local now = self.now()
  self.due = self.due + math.max(0, now - self.last) * 1000 * self.speed
  self.last = now
  return math.floor(self.due)
end

--- Goes on from another time.
---@param milliseconds integer of the emulator's clock
function RealTime:restart(milliseconds)
  self.due, self.last = milliseconds, self.now()
end

--- Takes real time from elsewhere.
---@param now fun(): number seconds
function RealTime:use(now)
  self.now, self.last = now, now()
end

---@param speed number
---@param milliseconds integer of the emulator's clock
---@return table real_time
local function new(speed, milliseconds)
  local self = setmetatable({ speed = speed, due = milliseconds }, RealTime)
  self:use(own_source())
  return self
end

return { new = new }
