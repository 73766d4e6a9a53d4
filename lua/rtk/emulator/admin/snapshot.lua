-- SPDX-License-Identifier: MIT
-- Writes the whole state of an emulator as JSON and restores it. State is every member of the
-- emulator except options and tools: plain data and instances of the classes below, which carry
-- their class names. The journal belongs to the test, not to the state.
local clock = require("rtk.emulator.state.clock")
local collection = require("rtk.emulator.state.collection")
local faults = require("rtk.emulator.faults")
local json = require("rtk.emulator.util.json")
local random = require("rtk.emulator.state.random")
local schedule = require("rtk.emulator.state.schedule")
local store = require("rtk.emulator.state.store")

local snapshot = {}

local VERSION = 1

-- Members of an emulator that are not state.
local TOOLS = {
  account_id = true,
  api_token = true,
  app_id = true,
  changes = true,
  sender = true,
  download_port = true,
  download_url = true,
  first_state = true,
  log = true,
  options = true,
  real_time = true,
  routers = true,
  signing_key = true,
  tasks = true,
}

local CLASS = "~class"

local METATABLES = {
  app = store.app_metatable,
  clock = getmetatable(clock.new(0)),
  collection = getmetatable(collection.new()),
  faults = getmetatable(faults.new(1)),
  random = getmetatable(random.new(1)),
  schedule = getmetatable(schedule.new()),
  store = getmetatable(store.new({})),
}

local NAMES = {}
for name, metatable in pairs(METATABLES) do
  NAMES[metatable] = name
end

-- Members that are rebuilt instead of written.
local DERIVED = { collection = { by_id = true }, store = { emulator = true } }

local dump

local function dump_member(key, value, path)
  local at = path .. "." .. tostring(key)
  local kind = type(value)
  if type(key) ~= "string" then error("state at " .. at .. " has a key that is no string", 0) end
  if kind == "function" or kind == "thread" or kind == "userdata" and value ~= json.null then
    error("state at " .. at .. " is a " .. kind, 0)
  end
  return kind == "table" and dump(value, at) or value
end

--- A copy of a table with classes named.
dump = function(value, path)
  local metatable = getmetatable(value)
  local class = metatable and NAMES[metatable]
  if json.is_array(value) then
    local items = json.array()
    for index, item in ipairs(value) do
      items[index] = dump_member("[]", item, path)
    end
    return items
  end
  if metatable and not class then error("state at " .. path .. " is of an unknown class", 0) end
  local derived, copy = DERIVED[class] or {}, {}
  for key, member in pairs(value) do
    if not derived[key] then copy[key] = dump_member(key, member, path) end
  end
  copy[CLASS] = class
  return copy
end

local revivals = {
  collection = function(made)
    made.by_id = {}
    for _, record in ipairs(made.records) do
      made.by_id[record.id] = record
    end
  end,
  store = function(made, emulator)
    made.emulator = emulator
  end,
}

--- Reverses dump, in place. Raises for a class that there is not.
local function revive(value, emulator)
  -- Whole numbers have to be integers again where Lua knows integers.
  if type(value) == "number" and value % 1 == 0 then return math.floor(value) end
  if type(value) ~= "table" then return value end
  for key, member in pairs(value) do
    value[key] = revive(member, emulator)
  end
  if value[1] ~= nil then return json.array(value) end
  local class = value[CLASS]
  if not class then return value end
  value[CLASS] = nil
  if not METATABLES[class] then error("it has a part of an unknown class", 0) end
  if revivals[class] then revivals[class](value, emulator) end
  return setmetatable(value, METATABLES[class])
end

--- Raises unless a state has the members of another one, each of the same class or type.
local function check_members(state, model)
  for name, value in pairs(model) do
    local given = state[name]
    local is_class = type(value) == "table" and type(given) == "table"
    if type(given) ~= type(value) or is_class and given[CLASS] ~= value[CLASS] then
      error("its part " .. name .. " is missing or is another thing", 0)
    end
  end
  for name in pairs(state) do
    if model[name] == nil then error("it has an unknown part", 0) end
  end
end

--- An emulator with the same tools and another state.
local function with_state(emulator, text)
  local made = setmetatable({}, getmetatable(emulator))
  for name in pairs(TOOLS) do
    made[name] = emulator[name]
  end
  local state = json.decode(text).state
  check_members(state, json.decode(emulator.first_state).state)
  for name, value in pairs(state) do
    made[name] = revive(value, made)
  end
  return made
end

--- The state as JSON.
---@param emulator rtk.Emulator
---@return string
function snapshot.take(emulator)
  local state = {}
  for name, value in pairs(emulator) do
    if not TOOLS[name] then state[name] = dump_member(name, value, "emulator") end
  end
  return json.encode({ version = VERSION, state = state })
end

--- Replaces the current state, if the snapshot's works: nothing that is restored may break the
--- emulator later.
---@param emulator rtk.Emulator
---@param text string
---@param try fun(emulator: rtk.Emulator) raises when an emulator with that state does not work; it
---gets one of its own
---@return true? ok
---@return string? message
function snapshot.restore(emulator, text, try)
  local decoded = type(text) == "string" and json.decode(text)
  if type(decoded) ~= "table" or type(decoded.state) ~= "table" then
    return nil, "this is no snapshot of an emulator"
  end
  if decoded.version ~= VERSION then return nil, "the snapshot is of another version" end
  -- first_state is the emulator's own.
  local is_own = text == emulator.first_state
  local ok, problem = pcall(function()
    local tried = not is_own and with_state(emulator, text)
    if tried then try(tried) end
  end)
  if not ok then return nil, "the snapshot cannot be restored: " .. tostring(problem) end
  local made = with_state(emulator, text)
  for name in pairs(decoded.state) do
    emulator[name] = made[name]
  end
  emulator.store.emulator = emulator
  return true
end

return snapshot
