-- SPDX-License-Identifier: MIT
-- Checks a table of options: all names are known, and all values have the right kind.
--
-- A kind is a Lua type, or a function (name, value) that raises for a bad value, as those below.
-- Messages never show a value, only its name. Options with defaults are read by rules.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local input_table = require("rtk.input_table")
local suggest = require("rtk.suggest")

local validate = {}

-- The resolution of the transport's clock.
local SHORTEST_TIME = 0.001 -- seconds
local LONGEST_TIME = 1e9 -- seconds

local function check_seconds(name, value, least)
  misuse.check(name, value, "number")
  if not (value >= least and value < LONGEST_TIME) then
    local from, to = core.number_text(least, 6), core.number_text(LONGEST_TIME, 6)
    misuse.raise(("%s must be a number of seconds from %s to %s"):format(name, from, to))
  end
end

--- Raises unless a value is a positive time.
---@param name string the option
---@param value any
function validate.seconds(name, value)
  check_seconds(name, value, SHORTEST_TIME)
end

--- Raises unless a value is a time to wait, which may be 0.
---@param name string the option
---@param value any
function validate.wait(name, value)
  check_seconds(name, value, 0)
end

local function check_whole(name, value, least)
  misuse.check(name, value, "number")
  if not (value >= least and value < 2 ^ 53 and value % 1 == 0) then
    misuse.raise(("%s must be a whole number, %d or more"):format(name, least))
  end
end

--- Raises unless a value is a whole number that is not negative.
---@param name string the option
---@param value any
function validate.count(name, value)
  check_whole(name, value, 0)
end

--- Raises unless a value is a whole number above zero.
---@param name string the option
---@param value any
function validate.size(name, value)
  check_whole(name, value, 1)
end

local function unknown(what, name, kinds, extra)
  local names = {}
  for _, known in ipairs({ kinds, extra }) do
    for known_name in pairs(known) do
      if type(known_name) == "string" then names[#names + 1] = known_name end
    end
  end
  local clause = suggest.clause(name, names)
  misuse.raise(("unknown option %s in %s%s"):format(tostring(name), what, clause))
end

--- Raises unless all options are known and of their kinds.
---@param what string the name of the options in messages
---@param options any
---@param kinds table<string, string|fun(name: string, value: any)> by the options' names
---@param extra? table<string, string|fun(name: string, value: any)> further ones
function validate.check(what, options, kinds, extra)
  misuse.check(what, options, "table")
  for name, value in input_table.pairs(what, options) do
    local kind = kinds[name] or extra and extra[name] or unknown(what, name, kinds, extra)
    if type(kind) == "function" then
      kind(name, value)
    else
      misuse.check(name, value, kind)
    end
  end
end

local ONE_DAY = 86400 -- seconds

local function check_time(name, value)
  misuse.check(name, value, "number")
  if not (value > 0 and value <= ONE_DAY) then
    misuse.raise(name .. " must be a number of seconds, above 0 and at most " .. ONE_DAY)
  end
end

local function check_port(name, value)
  validate.size(name, value)
  if value > 65535 then misuse.raise(name .. " must be a port, from 1 to 65535") end
end

local function check_name(name, value)
  misuse.check(name, value, "string")
  if value == "" or value:find("[%z\1-\32\127]") then
    misuse.raise(name .. " must be a string without spaces, and not empty")
  end
end

-- The kinds of options that rules may name, besides the Lua types.
local rule_kinds = {
  count = validate.count,
  size = validate.size,
  seconds = check_time,
  port = check_port,
  name = check_name,
}

--- Checks options by rules and adds the defaults.
---@param what string the public name of what takes them
---@param given? table
---@param ... table<string, { [1]: string|function, [2]: any }> kind (count, size, port, seconds,
---name, a Lua type, or a function as above) and default, by name
---@return table options a new table
function validate.with_defaults(what, given, ...)
  local known, read = {}, {}
  for _, rules in ipairs({ ... }) do
    for name, rule in pairs(rules) do
      known[name], read[name] = rule_kinds[rule[1]] or rule[1], rule[2]
    end
  end
  given = input_table.shallow("the options of " .. what, given == nil and {} or given)
  validate.check("the options of " .. what, given, known)
  for name, value in pairs(given) do
    read[name] = value
  end
  return read
end

return validate
