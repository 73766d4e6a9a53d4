-- SPDX-License-Identifier: MIT
-- A list of faults, each with the operations it applies to, how often and how probably. The first
-- fault that applies to a request occurs; those that alter how a download is served occur with it.
-- Faults are plain data with a random generator of their own, so that the same calls meet the same
-- faults.
--
-- A fault is { operation?, kind, times?, probability?, after?, delay?, … }. The operation is named
-- as in the API reference ("POST /meetings"); an asterisk matches anything. It occurs `times`
-- times: once by default, without limit if it has a probability. With `after` the request executes
-- first; `delay` is seconds before the response. rtk.emulator.faults.kinds documents the other
-- members.
local kinds = require("rtk.emulator.faults.kinds")
local nearest = require("rtk.emulator.util.nearest")
local random = require("rtk.emulator.state.random")
local validate = require("rtk.emulator.faults.validate")

local Faults = { __name = "rtk.emulator.faults" }
Faults.__index = Faults

local SIXTEEN_BITS = 2 ^ 16

--- A Lua pattern for an operation with asterisks.
local function pattern_of(operation)
  local escaped = operation:gsub("[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"):gsub("%*", ".*")
  return "^" .. escaped .. "$"
end

--- The mistake in an operation that there is not, or nil. What begins with a path is one of a
--- request that has no route.
local function validate_operation(operation, known)
  if not known or not operation or operation:find("^[A-Z]+ /client/") then return nil end
  local pattern = pattern_of(operation)
  for name in pairs(known) do
    if name:find(pattern) then return nil end
  end
  local clause = nearest.clause(operation, known)
  return ("there is no operation %q"):format(operation) .. clause
end

--- Adds a fault.
---@param fault table
---@param operations? table<string, true> what there is, of which it must apply to one
---@return true? ok
---@return string? message the mistake
function Faults:add(fault, operations)
  local message = validate.fault(fault) or validate_operation(fault.operation, operations)
  if message then return nil, message end
  local added = {}
  for name, value in pairs(fault) do
    added[name] = value
  end
  added.pattern = pattern_of(fault.operation or validate.default_operation(kinds[fault.kind]))
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

--- Counts a use of a fault.
local function use(self, fault)
  if not fault.left then return end
  fault.left = fault.left - 1
  if fault.left > 0 then return end
  for index, listed in ipairs(self.list) do
    if listed == fault then return table.remove(self.list, index) end
  end
end

local function is_alteration(fault)
  return kinds[fault.kind].alter ~= nil
end

--- The first fault that applies to an operation and is none of those that alter.
function Faults:take_one(operation)
  for _, fault in ipairs(self.list) do
    if not is_alteration(fault) and operation:find(fault.pattern) and self:happens(fault) then
      use(self, fault)
      return fault
    end
  end
end

--- The first fault of each kind that alters and applies to an operation.
function Faults:take_alterations(operation)
  local taken, known = {}, {}
  for _, fault in ipairs(self.list) do
    local is_new = is_alteration(fault) and not known[fault.kind]
    if is_new and operation:find(fault.pattern) and self:happens(fault) then
      taken[#taken + 1], known[fault.kind] = fault, true
    end
  end
  for _, fault in ipairs(taken) do
    use(self, fault)
  end
  return taken
end

--- Takes the faults that apply to a request, if any, and counts their use.
---@param operation string
---@return { kind: string, fault?: table, alterations: table[] }? taken
function Faults:take(operation)
  local fault = self:take_one(operation)
  local is_served = not fault or kinds[fault.kind].spoils or fault.after
  local alterations = is_served and self:take_alterations(operation) or {}
  local first = fault or alterations[1]
  if first then return { kind = first.kind, fault = fault, alterations = alterations } end
end

--- Puts what the faults do in transit into a response.
local function put_transit(answer, taken, traits)
  local delay = taken.fault and taken.fault.delay or 0
  for _, fault in ipairs(taken.alterations) do
    delay = math.max(delay, fault.delay or 0)
  end
  if delay > 0 or traits.rate or traits.chunked then
    answer.wire = answer.wire or {}
    answer.wire.delay = delay > 0 and delay or nil
    answer.wire.rate, answer.wire.chunked = traits.rate, traits.chunked
  end
  return answer
end

--- The response to a request with faults.
---@param taken { fault?: table, alterations: table[] }
---@param emulator rtk.Emulator
---@param perform fun(traits: rtk.emulator.DownloadTraits): table executes the request and returns
---the real response
---@return table response
function Faults:answer(taken, emulator, perform)
  local fault, traits = taken.fault, {}
  for _, alteration in ipairs(taken.alterations) do
    kinds[alteration.kind].alter(alteration, traits)
  end
  if not fault then return put_transit(perform(traits), taken, traits) end
  local kind = kinds[fault.kind]
  local real = (kind.spoils or fault.after) and perform(traits) or nil
  return put_transit(kind.make(fault, emulator, real), taken, traits)
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
