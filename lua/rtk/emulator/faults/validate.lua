-- SPDX-License-Identifier: MIT
-- Checks faults: the members that all have, those of their kind, and whether they can come when
-- they should.
local kinds = require("rtk.emulator.faults.kinds")
local nearest = require("rtk.emulator.util.nearest")

local validate = {}

-- Beyond this not every whole number exists.
local LARGEST = 2 ^ 53

local function is_whole(value)
  return type(value) == "number" and value % 1 == 0 and math.abs(value) <= LARGEST
end

-- The types of fields: what they are called in messages, and their checks.
local TYPES = {
  string = {
    "a text that is not empty",
    function(value)
      return type(value) == "string" and value ~= ""
    end,
  },
  boolean = {
    "true or false",
    function(value)
      return type(value) == "boolean"
    end,
  },
  integer = { "a whole number up to 2^53", is_whole },
  count = {
    "a whole number from 0 to 2^53",
    function(value)
      return is_whole(value) and value >= 0
    end,
  },
  times = {
    "a whole number from 1 to 2^53",
    function(value)
      return is_whole(value) and value >= 1
    end,
  },
  seconds = {
    "a number of seconds that is not negative",
    function(value)
      return type(value) == "number" and value >= 0 and value < math.huge
    end,
  },
  probability = {
    "a number from 0 to 1",
    function(value)
      return type(value) == "number" and value >= 0 and value <= 1
    end,
  },
  status = {
    "an HTTP status from 200 to 599",
    function(value)
      return is_whole(value) and value >= 200 and value <= 599
    end,
  },
  envelope = {
    '"service", "gateway" or "storage"',
    function(value)
      return value == "service" or value == "gateway" or value == "storage"
    end,
  },
}

local COMMON = {
  kind = "string",
  operation = "string",
  times = "times",
  probability = "probability",
  after = "boolean",
  delay = "seconds",
}

local function field_names(kind)
  local names = {}
  for _, fields in ipairs({ COMMON, kind.fields }) do
    for name in pairs(fields) do
      names[name] = true
    end
  end
  return names
end

--- The mistake in when a fault comes, or nil.
local function untimely(fault, kind)
  if kind.spoils and fault.after == false then
    return string.format("fault %q needs an answer to spoil: it cannot come before", fault.kind)
  end
  if kind.denies and fault.after then
    return string.format("fault %q says that nothing was done: it cannot come after", fault.kind)
  end
end

--- The operations that a fault applies to if it names none.
---@param kind table
---@return string
function validate.default_operation(kind)
  return kind.of_download and "* /download" or "*"
end

--- The mistake in a fault, or nil.
---@param fault any
---@return string? message
function validate.fault(fault)
  if type(fault) ~= "table" then return "a fault must be a table" end
  local kind = kinds[fault.kind]
  if not kind then
    return "a fault's kind must be a known one" .. nearest.clause(fault.kind, kinds)
  end
  for name, value in pairs(fault) do
    local wanted = COMMON[name] or kind.fields and kind.fields[name]
    if not wanted then
      local clause = nearest.clause(name, field_names(kind))
      return string.format("fault %q has no field %q%s", fault.kind, tostring(name), clause)
    end
    local expected, is_good = TYPES[wanted][1], TYPES[wanted][2]
    if not is_good(value) then
      return string.format("field %q of fault %q must be %s", name, fault.kind, expected)
    end
  end
  if kind.required and fault[kind.required] == nil then
    return string.format("fault %q needs the field %q", fault.kind, kind.required)
  end
  if kind.of_download and not (fault.operation or "/download"):find("/download$") then
    return string.format('fault %q is for downloads: operation "GET /download"', fault.kind)
  end
  return untimely(fault, kind)
end

return validate
