-- SPDX-License-Identifier: MIT
-- The wait that a reply asks for in its Retry-After header.
--
-- It is a number of seconds or an HTTP date. Whatever else it is, is taken for
-- absent, so that a broken header cannot stop the retries.

local retry_after = {}

local month_names = "JanFebMarAprMayJunJulAugSepOctNovDec"

local function month_of(name)
  local position = month_names:find(name, 1, true)
  if not position or position % 3 ~= 1 then return nil end
  return (position + 2) / 3
end

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

-- Unix time of an HTTP date in the one form that may still be sent.
local function parse_date(text)
  local day, name, year, hour, minute, second =
    text:match("^%a%a%a, (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  local month = name and month_of(name)
  if not month then return nil end
  day, hour, minute, second = tonumber(day), tonumber(hour), tonumber(minute), tonumber(second)
  if day < 1 or day > 31 or hour > 23 or minute > 59 or second > 60 then return nil end
  local days = days_from_epoch(tonumber(year), month, day)
  return days * 86400 + hour * 3600 + minute * 60 + second
end

--- The seconds to wait. A date is compared with the reply's own, because the
--- clocks of the two machines may differ.
---@param fields table<string, string> headers by lower-case name
---@return number? seconds nil when absent or not understood
function retry_after.seconds(fields)
  local value = fields["retry-after"]
  if not value then return nil end
  if value:find("^%d+%.?%d*$") then
    local seconds = tonumber(value)
    return seconds < math.huge and seconds or nil
  end
  local date = parse_date(value)
  if not date then return nil end
  local sent = fields.date and parse_date(fields.date)
  return math.max(0, date - (sent or os.time()))
end

return retry_after
