-- SPDX-License-Identifier: MIT
-- Lets calls meet faults and says what came of it: one cell is one fault, once or always, one shape
-- of a call and one runner. The spec compares the cells with the expectations; the printed table
-- shows them. What must hold in every cell is asserted here.

local matrix = {}

-- More often than any call is tried.
local ALWAYS = 100

local MOST_ATTEMPTS = 3

-- Seconds for attempts that will be stalled: few, since there are many of them. On a slow machine
-- that may be too few for the server to see the request; then there are more.
local HASTE = { 0.05, 1, 10 }

-- Far more than all waits that a client would make without being told to.
local LONGEST_WAIT = 60

local function words_of(fault)
  local words = {}
  for name, value in pairs(fault) do
    if name ~= "kind" and name ~= "after" and name ~= fault.kind then
      words[#words + 1] = name .. " " .. tostring(value)
    end
  end
  table.sort(words)
  local kind = fault.kind == "status" and "status " .. fault.status or fault.kind
  table.insert(words, 1, kind)
  if fault.after then words[#words + 1] = "after" end
  return table.concat(words, ", ")
end

--- The fault of a row in words.
---@param row table of the expectations
---@return string
function matrix.name_of(row)
  return (row.first and words_of(row.first) .. "; then " or "") .. words_of(row[1])
end

-- How many of so many attempts meet the fault of a row before the emulator hears of them.
local function count_kept_out(cell, attempts)
  local row = cell.row
  local is_kept_out = row.is_kept_out or cell.world.is_served and row[1].kind == "refuse"
  return is_kept_out and math.min(cell.times, row.most_times or ALWAYS, attempts) or 0
end

-- Whether attempts that meet the fault of a row run into their timeouts.
local function is_stalled(row)
  return row[1].kind == "stall" or row.is_late
end

local Cell = {}
Cell.__index = Cell

local function inject(cell, fault, times)
  local given = { operation = cell.shape.operation, times = times }
  for name, value in pairs(fault) do
    given[name] = value
  end
  cell.world.fault(given)
end

--- From here on the fault happens and attempts count.
function Cell:arm()
  local world, row, times = self.world, self.row, self.times
  local hurry, kind = world.hurry, row[1].kind
  hurry:reset()
  if row.first then inject(self, row.first, 1) end
  if is_stalled(row) then hurry.stalls = times end
  if kind == "refuse" and world.is_served then
    hurry.refusals = times
  else
    inject(self, row[1], times)
  end
  self.journal_start = #world.journal()
  self.requests, self.responses, self.is_armed = 0, {}, true
end

--- Nothing goes wrong any more, and nothing counts.
function Cell:disarm()
  if not self.is_armed then return end
  self.is_armed = false
  local entries = self.world.journal()
  self.arrived, self.executed = 0, 0
  for i = self.journal_start + 1, #entries do
    local entry = entries[i]
    if entry.operation == self.shape.operation then
      self.arrived, self.status = self.arrived + 1, entry.status
      if entry.executed then self.executed = self.executed + 1 end
    else
      -- What had been done is looked up.
      assert(self.shape.does ~= "read" and entry.operation:find("^GET "), entry.operation)
    end
  end
  self.waits = self.world.hurry.waits
  self.world.hurry:reset()
  self.world.clear_faults()
end

--- What the last attempt failed with, as its event tells.
---@return table failure
function Cell:last_failure()
  local event = self.responses[#self.responses]
  local status, attempts = event.status, event.attempt
  return { kind = event.kind, status = status, attempts = attempts, maybe_executed = false }
end

--- Takes an event of the world's client.
function Cell:note(event)
  if not self.is_armed or event.method ~= self.shape.operation:match("^%u+") then return end
  if event.type == "request" then self.requests = self.requests + 1 end
  if event.type == "response" then table.insert(self.responses, event) end
end

-- What must be true whatever the fault.
local function check(cell, result, message, err)
  local attempts = #cell.responses
  assert(attempts == cell.requests and attempts <= MOST_ATTEMPTS, "attempts")
  assert(#cell.waits == attempts - 1, "waits")
  for _, seconds in ipairs(cell.waits) do
    assert(seconds >= 0 and seconds <= LONGEST_WAIT, "wait")
  end
  -- Nothing below the client repeats what the client does not know of.
  assert(cell.arrived == attempts - count_kept_out(cell, attempts), "requests arrived")
  local creates = cell.shape.does == "create"
  assert(not creates or cell.executed <= 1, "created twice")
  if result then
    assert(cell.executed >= 1, "a success of nothing")
  else
    assert(err.attempts == attempts, "attempts in the error")
    assert(not err.status or err.status == cell.status, "status")
    assert(#message > 0 and not message:find("any", 1, true), "message")
    local has_effect = cell.shape.does ~= "read"
    assert(err.maybe_executed or not has_effect or cell.executed == 0, "executed in silence")
  end
end

local function describe(cell, result, err)
  local text = (result and "ok" or err.kind) .. " " .. #cell.responses
  if cell.shape.does ~= "read" then text = text .. "/" .. cell.executed .. "x" end
  return err and err.maybe_executed and text .. " ?" or text
end

local function check_effect(cell, ids)
  local effect = cell.shape.effect
  if not effect then return end
  local executed = cell.shape.does == "create" and cell.executed or math.min(cell.executed, 1)
  assert(effect(cell.client, ids) == executed, "the state contradicts the journal")
end

--- Runs a cell where its runtime can wait.
local function run(cell)
  local ids = cell.shape.prepare(cell.client, cell.world)
  local result, message, err = cell.shape.call(cell, ids)
  cell:disarm()
  check(cell, result, message, err)
  check_effect(cell, ids)
  cell.text = describe(cell, result, err)
end

--- Makes a world whose events reach the cell that it is busy with.
---@param rows table[] what is expected of each fault
---@param make fun(on_event: function): table
---@return table world
function matrix.open(rows, make)
  local world
  world = make(function(event)
    if world.cell then world.cell:note(event) end
  end)
  world.rows = rows
  return world
end

-- Lets one call meet one fault. The cell's text, or why it cannot be.
local function try_cell(world, row, persistence, shape)
  local cell = setmetatable({
    world = world,
    client = world.client,
    row = row,
    times = persistence == "once" and 1 or ALWAYS,
    shape = shape,
  }, Cell)
  world.reset()
  world.cell = cell
  local ok, problem
  world.run(function()
    ok, problem = xpcall(run, debug.traceback, cell)
  end)
  world.cell = nil
  return ok and cell.text, problem
end

-- The text that is expected of a cell; nil where it is left out.
local function expected_of(row, persistence, shape)
  local cells = row[2][persistence]
  return cells[shape.name] or cells[shape.does]
end

-- The text of a cell, of which some need more than one try.
local function cell_of(world, row, persistence, shape)
  local expected, text, problem = expected_of(row, persistence, shape), nil, nil
  for _, seconds in ipairs(HASTE) do
    world.hurry.haste = seconds
    text, problem = try_cell(world, row, persistence, shape)
    if text == expected or not is_stalled(row) then break end
  end
  local place = ("%s, %s, %s: "):format(matrix.name_of(row), persistence, shape.name)
  if not text then error(place .. problem, 0) end
  return text
end

--- Goes through all cells of a row that are not left out.
---@param row table of the expectations
---@param each fun(persistence: string, shape: table): string
---@return table<string, string> cells by matrix.key
local function cells(row, each)
  local found = {}
  for _, persistence in ipairs(matrix.persistences) do
    for _, shape in ipairs(matrix.shapes) do
      if expected_of(row, persistence, shape) then
        found[matrix.key(persistence, shape)] = each(persistence, shape)
      end
    end
  end
  return found
end

--- Where a cell is in its row.
---@param persistence "once"|"always"
---@param shape table
---@return string
function matrix.key(persistence, shape)
  return persistence .. " " .. shape.name
end

--- Lets all calls meet one fault.
---@param world table
---@param index integer of the row
---@return table<string, string> cells by matrix.key, as the expectations write them
function matrix.row(world, index)
  local row = world.rows[index]
  return cells(row, function(persistence, shape)
    return cell_of(world, row, persistence, shape)
  end)
end

--- What is expected of a row, likewise.
---@param row table
---@return table<string, string> cells
function matrix.expected(row)
  return cells(row, function(persistence, shape)
    return expected_of(row, persistence, shape)
  end)
end

matrix.shapes = require("spec.faults.shapes")
matrix.persistences = { "once", "always" }

return matrix
