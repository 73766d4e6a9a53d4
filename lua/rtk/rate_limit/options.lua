-- SPDX-License-Identifier: MIT
-- The options of limiters: names, defaults, checks.

local misuse = require("rtk.misuse")
local validate = require("rtk.validate")
local input_table = require("rtk.input_table")

---@class rtk.LimiterOptions
---@field quota? integer requests per window until a reply states it; default 1200
---@field window? number seconds of a window until a reply states it; default 300
---@field reserve? number share of the quota kept for calls with priority, 0 to 0.5; default 0.05

local options = {}

local LONGEST = 86400 -- seconds

-- The kinds of options, besides the Lua types.
local kinds = { count = validate.count, size = validate.size }

function kinds.seconds(name, value)
  misuse.check(name, value, "number")
  if not (value > 0 and value <= LONGEST) then
    misuse.raise(name .. " must be a number of seconds, above 0 and at most " .. LONGEST)
  end
end

function kinds.port(name, value)
  validate.size(name, value)
  if value > 65535 then misuse.raise(name .. " must be a port, from 1 to 65535") end
end

function kinds.share(name, value)
  misuse.check(name, value, "number")
  if not (value >= 0 and value <= 0.5) then
    misuse.raise(name .. " must be a share of the quota, from 0 to 0.5")
  end
end

function kinds.name(name, value)
  misuse.check(name, value, "string")
  if value == "" or value:find("[%z\1-\32\127]") then
    misuse.raise(name .. " must be a string without spaces, and not empty")
  end
end

-- By name: kind and default.
local common = {
  quota = { "size", 1200 },
  window = { "seconds", 300 },
  reserve = { "share", 0.05 },
}

--- Checks options by rules and adds the defaults.
---@param what string the public name of what takes them
---@param given? table
---@param ... table<string, { [1]: string, [2]: any }> kind (count, size, port, seconds, share, name
---or a Lua type) and default, by name
---@return table options a new table
function options.read_only(what, given, ...)
  local known, read = {}, {}
  for _, rules in ipairs({ ... }) do
    for name, rule in pairs(rules) do
      known[name], read[name] = kinds[rule[1]] or rule[1], rule[2]
    end
  end
  given = input_table.shallow("the options of " .. what, given == nil and {} or given)
  validate.check("the options of " .. what, given, known)
  for name, value in pairs(given) do
    read[name] = value
  end
  return read
end

--- Checks the options of a limiter and adds the defaults.
---@param what string the public name of the limiter
---@param given? table
---@param extra? table<string, table> rules of further options
---@return table options a new table
function options.read(what, given, extra)
  return options.read_only(what, given, common, extra or {})
end

return options
