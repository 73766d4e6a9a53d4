-- SPDX-License-Identifier: MIT
-- Reads the headers Ratelimit and Ratelimit-Policy, lists of
--   "name";r=requests remaining;t=seconds to the reset
--   "name";q=quota;w=seconds of a window
-- They come from the network: what cannot be read is left out, nothing raises.

local core = require("rtk.core")

local policy = {}

local LONGEST = 86400 -- seconds
local LARGEST = 1e9 -- requests
local MOST_CHARACTERS = 4096
local MOST_IN_NAME = 64

---@class rtk.RatePolicy
---@field name string of letters, digits and _.-
---@field quota? number requests per window
---@field window? number seconds
---@field remaining? number requests
---@field reset? number seconds

local function number_in(parameters, name, least, most)
  local digits = parameters:match(";[ \t]*" .. name .. "[ \t]*=[ \t]*(%d+)")
  local value = tonumber(digits)
  return value and value >= least and math.min(value, most) or nil
end

-- Other units, such as bytes, are no budget of requests.
local function counts_requests(parameters)
  local unit = parameters:match(";[ \t]*qu[ \t]*=[ \t]*([^; \t]+)")
  return unit == nil or unit == "requests"
end

local function plain(text)
  return (text:gsub("[^A-Za-z0-9_.-]", "_"))
end

-- Calls take(name, parameters) for each item of a list.
local function each(text, take)
  if type(text) ~= "string" then return end
  local unquoted = text:sub(1, MOST_CHARACTERS):gsub('"([^"]*)"', plain)
  for item in unquoted:gmatch("[^,]+") do
    local start = item:find(";", 1, true)
    local name = start and plain(item:sub(1, start - 1):gsub("[ \t]", "")):sub(1, MOST_IN_NAME)
    if name and name ~= "" then take(name, core.lower(item:sub(start))) end
  end
end

--- What the headers say of each policy, in the order in which they name them.
---@param headers table<string, string> by lower-case name
---@return rtk.RatePolicy[] policies
function policy.parse(headers)
  local policies, by_name, ignored = {}, {}, {}
  local function entry(name)
    if not by_name[name] then
      by_name[name] = { name = name }
      policies[#policies + 1] = by_name[name]
    end
    return by_name[name]
  end
  each(headers["ratelimit-policy"], function(name, parameters)
    ignored[name] = not counts_requests(parameters)
    local quota, window =
      number_in(parameters, "q", 1, LARGEST), number_in(parameters, "w", 1, LONGEST)
    if ignored[name] or not quota then return end
    local found = entry(name)
    found.quota, found.window = quota, window
  end)
  each(headers.ratelimit, function(name, parameters)
    local remaining = number_in(parameters, "r", 0, LARGEST)
    if ignored[name] or not remaining then return end
    local found = entry(name)
    found.remaining, found.reset = remaining, number_in(parameters, "t", 0, LONGEST)
  end)
  return policies
end

return policy
