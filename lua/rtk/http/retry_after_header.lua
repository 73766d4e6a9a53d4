-- SPDX-License-Identifier: MIT
-- Reads the Retry-After header: the seconds that a reply asks to wait.
--
-- The header holds a number of seconds or a date in one of the three forms of RFC 9110,
-- section 5.6.7. A repeated header arrives joined with commas; the longest wait counts.
-- Anything else is ignored: a malformed header must not disable retries. Only ASCII is
-- matched, so the locale has no influence.

local core = require("rtk.core")
local time = require("rtk.time")

local retry_after_header = {}

local DAY = 86400 -- seconds
local FIFTY_YEARS = 50 * 365.2425 * DAY

-- Further values are ignored.
local MOST_PIECES = 64

-- Further digits are less than a microsecond.
local FRACTION_DIGITS = 6

local months = {
  jan = 1,
  feb = 2,
  mar = 3,
  apr = 4,
  may = 5,
  jun = 6,
  jul = 7,
  aug = 8,
  sep = 9,
  oct = 10,
  nov = 11,
  dec = 12,
}

local weekdays = {}
for name in ("sunday monday tuesday wednesday thursday friday saturday"):gmatch("[a-z]+") do
  weekdays[name], weekdays[name:sub(1, 3)] = true, true
end

-- Unix time of a date given as text; nil for an impossible date.
local function unix_time(year, month_name, day, time_of_day)
  local month = months[month_name]
  local hour, minute, second = time_of_day:match("^([0-9][0-9]):([0-9][0-9]):([0-9][0-9])$")
  if not month or not hour then return nil end
  hour, minute, second = tonumber(hour), tonumber(minute), tonumber(second)
  return time.of(tonumber(year), month, tonumber(day), hour, minute, second)
end

-- Two digits mean the latest such year that is not more than 50 years ahead.
local function unix_time_of_short_year(year, month_name, day, time_of_day)
  local now = os.time()
  local century = math.floor(tonumber(os.date("!%Y", now)) / 100) * 100
  for back = -100, 100, 100 do
    local moment = unix_time(century - back + tonumber(year), month_name, day, time_of_day)
    if not moment or moment <= now + FIFTY_YEARS then return moment end
  end
end

-- Sun, 06 Nov 1994 08:49:37 GMT
local function parse_imf_date(text)
  local weekday, day, month, year, time_of_day =
    text:match("^([a-z]+), ([0-9][0-9]) ([a-z]+) ([0-9][0-9][0-9][0-9]) ([0-9:]+) gmt$")
  return weekdays[weekday] and unix_time(year, month, day, time_of_day)
end

-- Sunday, 06-Nov-94 08:49:37 GMT
local function parse_rfc850_date(text)
  local weekday, day, month, year, time_of_day =
    text:match("^([a-z]+), ([0-9][0-9])%-([a-z]+)%-([0-9][0-9]) ([0-9:]+) gmt$")
  return weekdays[weekday] and unix_time_of_short_year(year, month, day, time_of_day)
end

-- Sun Nov  6 08:49:37 1994
local function parse_asctime_date(text)
  local weekday, month, day, time_of_day, year =
    text:match("^([a-z]+) ([a-z]+) +([0-9][0-9]?) ([0-9:]+) ([0-9][0-9][0-9][0-9])$")
  return weekdays[weekday] and unix_time(year, month, day, time_of_day)
end

--- Reads a date in a form that HTTP has.
---@param text string
---@return number? seconds since 1970
function retry_after_header.parse_date(text)
  text = core.lower(text)
  return parse_imf_date(text) or parse_rfc850_date(text) or parse_asctime_date(text) or nil
end

-- A date is compared with the reply's own Date, because the clocks of the two machines may
-- differ. If that gives a day or more and this machine's clock gives less, one of the two
-- dates is wrong, and this machine's clock counts.
local function seconds_until(moment, sent)
  local by_clock = moment - os.time()
  local by_date = sent and moment - sent or by_clock
  if math.abs(by_date) >= DAY and math.abs(by_clock) < DAY then by_date = by_clock end
  return math.max(0, by_date)
end

local function parse_seconds(text)
  local whole, fraction = text:match("^([0-9]+)%.?([0-9]*)$")
  if not whole then return nil end
  local digits = fraction:sub(1, FRACTION_DIGITS)
  local seconds = tonumber(whole)
  if digits ~= "" then seconds = seconds + tonumber(digits) / 10 ^ #digits end
  return seconds < math.huge and seconds or nil
end

-- The wait that one value of the header asks for.
local function parse_value(text, sent)
  local seconds = parse_seconds(text)
  if seconds then return seconds end
  local moment = retry_after_header.parse_date(text)
  return moment and seconds_until(moment, sent)
end

local function trim(text)
  return text:match("^[ \t]*(.*)"):match("^(.*[^ \t])") or ""
end

--- The longest wait that a reply asks for.
---@param fields table<string, string> headers by lower-case name
---@return number? seconds nil when absent or not understood
function retry_after_header.seconds(fields)
  local header = fields["retry-after"]
  if not header then return nil end
  local sent = fields.date and retry_after_header.parse_date(fields.date)
  local longest
  local weekday, left = "", MOST_PIECES
  for piece in header:gmatch("[^,]+") do
    local text = trim(piece)
    -- Two of the three forms of a date have a comma themselves.
    local seconds = parse_value(weekday .. text, sent)
    if seconds and (not longest or seconds > longest) then longest = seconds end
    weekday = weekdays[core.lower(text)] and text .. ", " or ""
    left = left - 1
    if left == 0 then break end
  end
  return longest
end

return retry_after_header
