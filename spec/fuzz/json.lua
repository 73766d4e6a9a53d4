-- SPDX-License-Identifier: MIT
-- Fuzz target: the JSON decoder. What lua-cjson accepts, too, it reads the same, however names are
-- reserved between the texts, and it sees those that a text has. The encoder must reproduce what
-- it accepts; its error messages must be printable. With a selection it accepts the same, and
-- refuses the same for one reason.

local _, unreserved = ...

local agrees = require("spec.support.asserts.cjson_agrees")
local cjson = require("cjson").new()
local core = require("rtk.core")
local same_value = require("spec.support.asserts.same_value")
local unicode = require("spec.support.data.unicode")

local SELECTIONS = { "[\0id\0", "{session\0id\0name\0" }
local MOST_RESERVED = 2000

local reserved, count = {}, 0
local reservation = core.reserve({})

-- Whether a value of lua-cjson, which keeps null members, has a reserved name.
local function has_reserved(value)
  if type(value) ~= "table" then return false end
  for name, inner in pairs(value) do
    if reserved[name] or has_reserved(inner) then return true end
  end
  return false
end

-- Reserves a name of some of the values, and one that they may have later.
local function reserve_of(value, text)
  local name = type(value) == "table" and next(value)
  if type(name) ~= "string" or #text % 8 ~= 0 or count >= MOST_RESERVED then return end
  for _, another in ipairs({ name, name .. "x" }) do
    reserved[another], count = true, count + 1
  end
  reservation = core.reserve({ [name] = true, [name .. "x"] = true })
end

local function compare(text)
  local value = core.decode(text)
  local said = unreserved()
  local accepted, theirs = pcall(cjson.decode, unicode.repaired_json(text))
  if not accepted then return end
  assert(agrees(value, theirs), "another value than lua-cjson's")
  -- Of equal names, the one that does not count may have had a reserved name in it.
  assert(said == 0 or said == reservation, "an answer about other names")
  assert(said == 0 or not has_reserved(theirs), "a reserved name is not seen")
end

return function(text)
  local value, message = core.decode(text)
  for _, selection in ipairs(SELECTIONS) do
    local _, reason = core.decode(text, selection)
    assert(reason == message, "another reason with a selection")
  end
  if message ~= nil then
    assert(value == nil, "a value and a message")
    assert(#message < 160 and not message:find("%c"), "an odd message: " .. message)
    return
  end
  compare(text)
  reserve_of(value, text)
  compare(text)
  local again, reason = core.decode(core.encode(value))
  assert(reason == nil, reason)
  assert(same_value(value, again), "another value after encoding it")
end
