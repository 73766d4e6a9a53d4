-- SPDX-License-Identifier: MIT
-- What one reply says about the limit, as a line of text, so that budgets in this state, in a
-- shared dictionary and in Redis learn the same.
--
-- The line consists of words: the outcome (ok; refused; lost: no answer arrived; unsent: it
-- certainly did not reach the server), the seconds of Retry-After, the seconds since the request
-- was admitted, then the name, quota, window, remaining and reset of each policy. A hyphen stands
-- for an unknown number.
--
-- The policies come from the headers Ratelimit and Ratelimit-Policy, which are lists of
--   "name";r=requests remaining;t=seconds to the reset
--   "name";q=quota;w=seconds of a window
-- Headers come from the network: items that cannot be read are ignored, and nothing raises.

local core = require("rtk.core")

local observation = {}

local LONGEST = 86400 -- seconds of a window, a reset or a block
local LARGEST = 1e9 -- requests
local MOST_CHARACTERS = 4096 -- of a header
local MOST_IN_NAME = 64
local TOO_MANY_REQUESTS = 429
local RATE_LIMITED = 971 -- the gateway's code for the same, often with status 200

---@class rtk.RatePolicy
---@field name string letters, digits, and the characters _.-
---@field quota? number requests per window
---@field window? number seconds
---@field remaining? number requests
---@field reset? number seconds

local function number_in(parameters, name, least, most)
  local text = parameters:match(";[ \t]*" .. name .. "[ \t]*=[ \t]*([^;]*)") or ""
  local value = tonumber(text:match("^(%d+)%.?%d*[ \t]*$"))
  return value and value >= least and math.min(value, most) or nil
end

-- A quota may count other units, such as bytes.
local function counts_requests(parameters)
  local unit = parameters:match(";[ \t]*qu[ \t]*=[ \t]*([^; \t]+)")
  return unit == nil or unit == "requests"
end

local function sanitize(text)
  return (text:gsub("[^A-Za-z0-9_.-]", "_"))
end

-- Calls visit(name, parameters) for each item of a list.
local function each_item(text, visit)
  if type(text) ~= "string" then return end
  local unquoted = text:sub(1, MOST_CHARACTERS):gsub('"([^"]*)"', sanitize)
  for item in unquoted:gmatch("[^,]+") do
    local start = item:find(";", 1, true)
    local name = start and sanitize(item:sub(1, start - 1):gsub("[ \t]", "")):sub(1, MOST_IN_NAME)
    if name and name ~= "" then visit(name, core.lower(item:sub(start))) end
  end
end

--- Reads the policies from the headers, in the order of the headers.
---@param headers table<string, string> by lower-case name
---@return rtk.RatePolicy[] policies
function observation.parse(headers)
  local policies, by_name, ignored = {}, {}, {}
  local function policy_of(name)
    if not by_name[name] then
      by_name[name] = { name = name }
      policies[#policies + 1] = by_name[name]
    end
    return by_name[name]
  end
  each_item(headers["ratelimit-policy"], function(name, parameters)
    ignored[name] = not counts_requests(parameters)
    local quota, window =
      number_in(parameters, "q", 1, LARGEST), number_in(parameters, "w", 1, LONGEST)
    if ignored[name] or not quota then return end
    local policy = policy_of(name)
    policy.quota, policy.window = quota, window
  end)
  each_item(headers.ratelimit, function(name, parameters)
    local remaining = number_in(parameters, "r", 0, LARGEST)
    if ignored[name] or not remaining then return end
    local policy = policy_of(name)
    policy.remaining, policy.reset = remaining, number_in(parameters, "t", 0, LONGEST)
  end)
  return policies
end

-- Encoded as JSON, in which no locale changes the decimal point.
local function word(number)
  local is_finite = number and number - number == 0
  return is_finite and core.encode(number) or "-"
end

local function outcome_of(reply)
  if not reply.status then return reply.sent == false and "unsent" or "lost" end
  local is_refused = reply.status == TOO_MANY_REQUESTS or tonumber(reply.code) == RATE_LIMITED
  return is_refused and "refused" or "ok"
end

--- Writes what a reply says about the limit.
---@param reply rtk.RateReply
---@return string line
function observation.encode(reply)
  local retry_after = reply.retry_after
  -- NaN passes both comparisons, and `word` treats it as unknown.
  if retry_after and retry_after < 0 then retry_after = 0 end
  if retry_after and retry_after > LONGEST then retry_after = LONGEST end
  local words = { outcome_of(reply), word(retry_after), word(reply.elapsed) }
  for _, policy in ipairs(observation.parse(reply.headers or {})) do
    words[#words + 1] = policy.name
    words[#words + 1] = word(policy.quota)
    words[#words + 1] = word(policy.window)
    words[#words + 1] = word(policy.remaining)
    words[#words + 1] = word(policy.reset)
  end
  return table.concat(words, " ")
end

return observation
