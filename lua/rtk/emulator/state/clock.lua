-- SPDX-License-Identifier: MIT
-- The emulator's clock, in milliseconds since 1970-01-01 UTC. Only `advance` moves it, so that
-- tests control time; each change of state adds one millisecond, so that no two objects have the
-- same time.
local memo = require("rtk.emulator.util.memo")

local Clock = { __name = "rtk.emulator.state.clock" }
Clock.__index = Clock

local MS_PER_SECOND = 1000
local MS_PER_DAY = 86400 * MS_PER_SECOND

-- The last second whose year has four digits, as all dates of the API have: the clock ends there.
local LAST_SECOND = 253402300799

--- The time in milliseconds.
---@return integer
function Clock:now()
  return self.milliseconds
end

--- Lets one millisecond pass and returns the new time in milliseconds.
---@return integer
function Clock:tick()
  self.milliseconds = self.milliseconds + 1
  return self.milliseconds
end

--- A time that the clock can show: the same, or the last one that there is.
---@param milliseconds number
---@return integer milliseconds
local function limited(milliseconds)
  return math.min(milliseconds, LAST_SECOND * MS_PER_SECOND)
end

--- Sets the time.
---@param milliseconds integer
function Clock:set(milliseconds)
  self.milliseconds = milliseconds
end

--- Whether a time is one that a clock can show.
---@param seconds number since 1970-01-01 UTC
---@return boolean
local function shows(seconds)
  return seconds >= 0 and seconds <= LAST_SECOND
end

---@param start_time number seconds since 1970-01-01 UTC
local function new(start_time)
  return setmetatable({ milliseconds = math.floor(start_time * MS_PER_SECOND) }, Clock)
end

-- Times of new objects differ in their milliseconds.
local date_of = memo.of(function(seconds)
  return os.date("!%Y-%m-%dT%H:%M:%S", seconds)
end)

--- Writes a time the way the API does, such as 2026-01-31T08:05:09.123Z.
---@param milliseconds integer
---@return string
local format = memo.of(function(milliseconds)
  local date = date_of(math.floor(milliseconds / MS_PER_SECOND))
  return string.format("%s.%03dZ", date, milliseconds % MS_PER_SECOND)
end)

--- Milliseconds as minutes, with the four decimals that the API gives.
---@param milliseconds integer
---@return number
local function to_minutes(milliseconds)
  return math.floor(milliseconds / 60 / MS_PER_SECOND * 10000 + 0.5) / 10000
end

--- Days from 1970-01-01 to a date of the Gregorian calendar, whose years here begin in March.
local function days_from_civil(year, month, day)
  if month <= 2 then
    year, month = year - 1, month + 12
  end
  local leap_days = math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
  return 365 * year + leap_days + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

--- Milliseconds that a UTC offset such as Z, +05:30 or nothing stands for.
local function offset_of(zone)
  if zone == "" or zone == "Z" or zone == "z" then return 0 end
  local sign, hours, minutes = zone:match("^([+-])(%d%d):?(%d%d)$")
  if not sign then return nil end
  local offset = (hours * 60 + minutes) * 60 * MS_PER_SECOND
  return sign == "-" and -offset or offset
end

--- Milliseconds since midnight that the part after the date stands for.
local function time_of_day(text)
  if text == "" then return 0 end
  local hour, minute, rest = text:match("^[Tt ](%d%d):(%d%d)(.*)$")
  if not hour then return nil end
  local second, fraction, zone = rest:match("^:(%d%d)(%.?%d*)(.*)$")
  local offset = offset_of(zone or rest)
  if not offset or tonumber(hour) > 24 or tonumber(minute) > 59 then return nil end
  local seconds = hour * 3600 + minute * 60 + (second or 0)
  local milliseconds = math.floor(tonumber("0" .. (fraction or "")) * MS_PER_SECOND)
  return seconds * MS_PER_SECOND + milliseconds - offset
end

--- Reads an ISO 8601 date or time.
---@param text string
---@return integer? milliseconds nil when the text is no such time
local function parse(text)
  local year, month, day, rest = text:match("^(%d%d%d%d)-(%d%d)-(%d%d)(.*)$")
  if not year then return nil end
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  if month < 1 or month > 12 or day < 1 or day > 31 then return nil end
  local within_day = time_of_day(rest)
  return within_day and days_from_civil(year, month, day) * MS_PER_DAY + within_day
end

return {
  new = new,
  shows = shows,
  limited = limited,
  format = format,
  parse = parse,
  minutes = to_minutes,
}
