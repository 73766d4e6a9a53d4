-- SPDX-License-Identifier: MIT
-- A list of faults, each with the operations it applies to, how often and how probably. The first
-- fault that applies to a request occurs. Faults are plain data with a random generator of their
-- own, so that the same calls meet the same faults.
--
-- A fault is { operation?, kind, times?, probability?, after?, delay?, … }. The operation is named
-- as in the API reference ("POST /meetings"); an asterisk matches anything. It occurs `times`
-- times: once by default, without limit if it has a probability. With `after` the request executes
-- first; `delay` is seconds before the response. rtk.emulator.faults.kinds documents the other
-- members.
local kinds = require("rtk.emulator.faults.kinds")
local random = require("rtk.emulator.state.random")
local nearest = require("rtk.emulator.util.nearest")

local Faults = { __name = "rtk.emulator.faults" }
Faults.__index = Faults

local SIXTEEN_BITS = 2 ^ 16

local function is_whole(value)
  return type(value) == "number" and value % 1 == 0
end

local is = {
  string = function(value)
    return type(value) == "string" and value ~= ""
  end,
  boolean = function(value)
    return type(value) == "boolean"
  end,
  integer = is_whole,
  count = function(value)
    return is_whole(value) and value >= 0
  end,
  times = function(value)
    return is_whole(value) and value >= 1
  end,
  seconds = function(value)
    return type(value) == "number" and value >= 0 and value < math.huge
  end,
  probability = function(value)
    return type(value) == "number" and value >= 0 and value <= 1
  end,
  status = function(value)
    return is_whole(value) and value >= 200 and value <= 599
  end,
  envelope = function(value)
    return value == "service" or value == "gateway"
  end,
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

--- The mistake in a fault, or nil.
local function complaint(fault)
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
    if not is[wanted](value) then
      return string.format("field %q of fault %q must be a %s", name, fault.kind, wanted)
    end
  end
  if kind.required and fault[kind.required] == nil then
    return string.format("fault %q needs the field %q", fault.kind, kind.required)
  end
  if kind.spoils and fault.after == false then
    return string.format("fault %q needs an answer to spoil: it cannot come before", fault.kind)
  end
  if kind.denies and fault.after then
    return string.format("fault %q says that nothing was done: it cannot come after", fault.kind)
  end
end

--- A Lua pattern for an operation with asterisks.
local function pattern_of(operation)
  local escaped = operation:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*")
  return "^" .. escaped .. "$"
end

--- Adds a fault.
---@param fault table
---@return true? ok
---@return string? message the mistake
function Faults:add(fault)
  local message = complaint(fault)
  if message then return nil, message end
  local added = {}
  for name, value in pairs(fault) do
    added[name] = value
  end
  added.pattern = pattern_of(fault.operation or "*")
  added.left = fault.times or not fault.probability and 1 or nil
  table.insert(self.list, added)
  return true
end

--- Whether any fault is left.
---@return boolean
function Faults:any()
  return self.list[1] ~= nil
end

function Faults:happens(fault)
  local probability = fault.probability
  return not probability or self.dice:sixteen_bits() / SIXTEEN_BITS < probability
end

--- Takes the fault that applies to a request, if any, and counts its use.
---@param operation string
---@return table? fault
function Faults:take(operation)
  for index, fault in ipairs(self.list) do
    if operation:find(fault.pattern) and self:happens(fault) then
      fault.left = fault.left and fault.left - 1
      if fault.left == 0 then table.remove(self.list, index) end
      return fault
    end
  end
end

--- The response to a request with a fault.
---@param fault table
---@param emulator rtk.Emulator
---@param perform fun(): table executes the request and returns the real response
---@return table response
function Faults:answer(fault, emulator, perform)
  local kind = kinds[fault.kind]
  local real = (kind.spoils or fault.after) and perform() or nil
  local answer = kind.make(fault, emulator, real)
  if fault.delay then
    answer.wire = answer.wire or {}
    answer.wire.delay = fault.delay
  end
  return answer
end

--- The faults that are left, oldest first.
---@return table[]
function Faults:select()
  return self.list
end

--- Removes all faults.
function Faults:clear()
  self.list = {}
end

---@param seed integer
local function new(seed)
  return setmetatable({ list = {}, dice = random.new(seed) }, Faults)
end

return { new = new }
