-- SPDX-License-Identifier: MIT
-- Dates of the API as text, and as seconds since 1970-01-01T00:00:00Z.
--
-- Only ASCII is matched and written, so the locale has no influence.

local time = {}

local MINUTE, HOUR, DAY = 60, 3600, 86400 -- seconds

-- The first second of the year 0 and the last one of 9999.
local EARLIEST, LATEST = -62167219200, 253402300799

local month_lengths = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

-- Days from 1970-01-01 in the proleptic Gregorian calendar.
local function days_from_epoch(year, month, day)
  if month <= 2 then year = year - 1 end
  local era = math.floor(year / 400)
  local year_of_era = year - era * 400
  local shifted = (month + 9) % 12
  local day_of_year = math.floor((153 * shifted + 2) / 5) + day - 1
  local leap_days = math.floor(year_of_era / 4) - math.floor(year_of_era / 100)
  return era * 146097 + year_of_era * 365 + leap_days + day_of_year - 719468
end

-- The year, month and day of a day since 1970-01-01. os.date ends in 2038 where the system's times
-- have 32 bits.
local function date_of(days)
  local shifted = days + 719468
  local era = math.floor(shifted / 146097)
  local day_of_era = shifted - era * 146097
  local leap_days = math.floor(day_of_era / 1460)
    - math.floor(day_of_era / 36524)
    + math.floor(day_of_era / 146096)
  local year_of_era = math.floor((day_of_era - leap_days) / 365)
  local day_of_year = day_of_era
    - (year_of_era * 365 + math.floor(year_of_era / 4) - math.floor(year_of_era / 100))
  local shifted_month = math.floor((5 * day_of_year + 2) / 153)
  local month = (shifted_month + 2) % 12 + 1
  local year = era * 400 + year_of_era + (month <= 2 and 1 or 0)
  return year, month, day_of_year - math.floor((153 * shifted_month + 2) / 5) + 1
end

--- The seconds of a date and a time of day in UTC.
---@param year integer
---@param month integer
---@param day integer
---@param hour integer
---@param minute integer
---@param second integer 60 in a leap second
---@return integer? seconds since 1970; nil for an impossible date
function time.of(year, month, day, hour, minute, second)
  if month < 1 or month > 12 or day < 1 or day > month_lengths[month] then return nil end
  if hour > 23 or minute > 59 or second > 60 then return nil end
  return days_from_epoch(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second
end

-- Seconds that a time zone is ahead of UTC; nil for one that is malformed.
local function zone_offset(text)
  if text == "" or text == "Z" or text == "z" then return 0 end
  local sign, hours, minutes = text:match("^([+-])([0-9][0-9]):?([0-9][0-9])$")
  if not sign or tonumber(hours) > 23 or tonumber(minutes) > 59 then return nil end
  local offset = tonumber(hours) * HOUR + tonumber(minutes) * MINUTE
  return sign == "-" and -offset or offset
end

local DATE = "^([0-9][0-9][0-9][0-9])%-([0-9][0-9])%-([0-9][0-9])"
local TIME_OF_DAY = "^[Tt ]([0-9][0-9]):([0-9][0-9]):([0-9][0-9])(.*)$"

--- Reads a date in any form that the API uses:
--- 2026-01-31T08:15:00.250Z, 2026-01-31 08:15:00.250000Z, 2026-01-31 (midnight).
--- Without a time zone it is UTC.
---@param text string
---@return number? seconds since 1970, with the fraction; nil when it is no date
function time.parse(text)
  local year, month, day = text:match(DATE)
  if not year then return nil end
  local hour, minute, second, rest = text:match(TIME_OF_DAY, 11)
  if not hour then
    if #text > 10 then return nil end
    hour, minute, second, rest = "0", "0", "0", ""
  end
  local fraction, zone = rest:match("^[.,]([0-9]+)(.*)$")
  local offset = zone_offset(zone or rest)
  local seconds = time.of(
    tonumber(year),
    tonumber(month),
    tonumber(day),
    tonumber(hour),
    tonumber(minute),
    tonumber(second)
  )
  if not seconds or not offset then return nil end
  return seconds - offset + (fraction and tonumber("0." .. fraction) or 0)
end

--- Whether a number of seconds is a date with a year of four digits.
---@param seconds number since 1970
---@return boolean
function time.is_date(seconds)
  return seconds >= EARLIEST and seconds <= LATEST
end

--- Writes a moment as ISO 8601 in UTC, with milliseconds if it has a fraction.
---@param seconds number since 1970, of which time.is_date is true
---@return string text such as "2026-01-31T08:15:00Z"
function time.format(seconds)
  local whole = math.floor(seconds)
  local milliseconds = math.floor((seconds - whole) * 1000 + 0.5)
  if milliseconds == 1000 then
    whole, milliseconds = whole + 1, 0
  end
  local fraction = milliseconds > 0 and (".%03d"):format(milliseconds) or ""
  local clock = whole % DAY
  local hour, minute = math.floor(clock / HOUR), math.floor(clock % HOUR / MINUTE)
  local text = ("T%02d:%02d:%02d"):format(hour, minute, clock % MINUTE)
  return time.format_day(whole) .. text .. fraction .. "Z"
end

--- Writes the day of a moment in UTC.
---@param seconds number since 1970, of which time.is_date is true
---@return string text such as "2026-01-31"
function time.format_day(seconds)
  return ("%04d-%02d-%02d"):format(date_of(math.floor(seconds / DAY)))
end

return time
