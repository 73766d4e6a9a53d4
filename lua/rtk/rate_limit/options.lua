-- SPDX-License-Identifier: MIT
-- What limiters can be told: names, defaults, checks.

local misuse = require("rtk.misuse")
local suggest = require("rtk.suggest")

---@class rtk.LimiterOptions
---@field quota? integer requests per window until a reply tells; default 1200
---@field window? number seconds of a window until a reply tells; default 300
---@field reserve? number the share of the quota kept for priority calls, 0 to 0.5; default 0.05

local options = {}

local defaults = { quota = 1200, window = 300, reserve = 0.05 }
local LONGEST = 86400 -- seconds

local checks = {}

function checks.count(name, value)
  misuse.check(name, value, "number")
  if not (value >= 1 and value <= 1e9 and value % 1 == 0) then
    misuse.raise(name .. " must be a whole number from 1 on")
  end
end

function checks.index(name, value)
  misuse.check(name, value, "number")
  if not (value >= 0 and value <= 1e9 and value % 1 == 0) then
    misuse.raise(name .. " must be a whole number from 0 on")
  end
end

function checks.seconds(name, value)
  misuse.check(name, value, "number")
  if not (value > 0 and value <= LONGEST) then
    misuse.raise(name .. " must be a number of seconds, above 0 and at most " .. LONGEST)
  end
end

function checks.share(name, value)
  misuse.check(name, value, "number")
  if not (value >= 0 and value <= 0.5) then
    misuse.raise(name .. " must be a share of the quota, from 0 to 0.5")
  end
end

function checks.name(name, value)
  misuse.check(name, value, "string")
  if value == "" or value:find("[%s%c]") then
    misuse.raise(name .. " must be a string without spaces, and not empty")
  end
end

local common = { quota = "count", window = "seconds", reserve = "share" }

--- Checks the options of a limiter and completes them.
---@param what string the limiter as the user knows it
---@param given? table
---@param extra? table<string, { [1]: string, [2]: any }> further names, each with the kind of its
---value (count, index, seconds, name or a Lua type) and its default
---@return table options a new table
function options.read(what, given, extra)
  misuse.check("the options of " .. what, given == nil and {} or given, "table")
  local known, read, names = {}, {}, {}
  for name, kind in pairs(common) do
    known[name], read[name] = kind, defaults[name]
  end
  for name, rule in pairs(extra or {}) do
    known[name], read[name] = rule[1], rule[2]
  end
  for name in pairs(known) do
    names[#names + 1] = name
  end
  for name, value in pairs(given or {}) do
    local kind = known[name]
    if not kind then
      local clause = suggest.clause(tostring(name), names)
      misuse.raise(("unknown option %s of %s%s"):format(tostring(name), what, clause))
    end
    local check = checks[kind]
    if check then
      check(name, value)
    else
      misuse.check(name, value, kind)
    end
    read[name] = value
  end
  return read
end

return options
