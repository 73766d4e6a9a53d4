-- SPDX-License-Identifier: MIT
-- Runs calls against faults and describes the outcome. A cell is one fault (once or always), one
-- kind of call and one runner. The spec compares the cells with the expectations, print.lua shows
-- them as a table. This module asserts what must hold in every cell.

local matrix = {}

-- More attempts than any call makes.
local ALWAYS = 100

local MOST_ATTEMPTS = 3

-- Timeouts of attempts that will stall, in seconds. The first is short because there are many such
-- attempts. Where it is too short for the request to reach the server, the next one is tried.
local STALLED_TIMEOUTS = { 0.05, 1, 10 }

-- Far more than a client waits on its own.
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

-- How many of the attempts meet the fault of a row before they reach the emulator.
local function count_kept_out(cell, attempts)
  local row = cell.row
  local is_kept_out = row.is_kept_out or cell.fixture.is_served and row[1].kind == "refuse"
  return is_kept_out and math.min(cell.times, row.most_times or ALWAYS, attempts) or 0
end

-- Whether attempts that meet the fault of a row time out.
local function is_stalled(row)
  return row[1].kind == "stall" or row.is_late
end

local Cell = {}
Cell.__index = Cell

local function inject(cell, fault, times)
  local injected = { operation = cell.call.operation, times = times }
  for name, value in pairs(fault) do
    injected[name] = value
  end
  cell.fixture.fault(injected)
end

--- Starts the fault and the counting of attempts.
function Cell:arm()
  local fixture, row, times = self.fixture, self.row, self.times
  local fast_runtime, kind = fixture.fast_runtime, row[1].kind
  fast_runtime:reset()
  if row.first then inject(self, row.first, 1) end
  if is_stalled(row) then fast_runtime.stalls = times end
  if kind == "refuse" and fixture.is_served then
    fast_runtime.refusals = times
  else
    inject(self, row[1], times)
  end
  self.journal_start = #fixture.journal()
  self.requests, self.responses, self.is_armed = 0, {}, true
end

--- Ends the fault and the counting of attempts.
function Cell:disarm()
  if not self.is_armed then return end
  self.is_armed = false
  local entries = self.fixture.journal()
  self.arrived, self.executed = 0, 0
  for i = self.journal_start + 1, #entries do
    local entry = entries[i]
    if entry.operation == self.call.operation then
      self.arrived, self.status = self.arrived + 1, entry.status
      if entry.executed then self.executed = self.executed + 1 end
    else
      -- The client looks up what an attempt did.
      assert(self.call.does ~= "read" and entry.operation:find("^GET "), entry.operation)
    end
  end
  self.waits = self.fixture.fast_runtime.waits
  self.fixture.fast_runtime:reset()
  self.fixture.clear_faults()
end

--- The failure of the last attempt, from its event.
---@return table failure
function Cell:last_failure()
  local event = self.responses[#self.responses]
  local status, attempts = event.status, event.attempt
  return { kind = event.kind, status = status, attempts = attempts, maybe_executed = false }
end

--- Takes an event of the fixture's client.
function Cell:note(event)
  if not self.is_armed or event.method ~= self.call.operation:match("^%u+") then return end
  if event.type == "request" then self.requests = self.requests + 1 end
  if event.type == "response" then table.insert(self.responses, event) end
end

-- Asserts what must be true for every fault.
local function check(cell, result, message, err)
  local attempts = #cell.responses
  assert(attempts == cell.requests and attempts <= MOST_ATTEMPTS, "attempts")
  assert(#cell.waits == attempts - 1, "waits")
  for _, seconds in ipairs(cell.waits) do
    assert(seconds >= 0 and seconds <= LONGEST_WAIT, "wait")
  end
  -- No request is repeated below the client without its knowledge.
  assert(cell.arrived == attempts - count_kept_out(cell, attempts), "requests arrived")
  local creates = cell.call.does == "create"
  assert(not creates or cell.executed <= 1, "created twice")
  if result then
    assert(cell.executed >= 1, "a success that was not executed")
  else
    assert(err.attempts == attempts, "attempts in the error")
    assert(not err.status or err.status == cell.status, "status")
    assert(#message > 0 and not message:find("any", 1, true), "message")
    local has_effect = cell.call.does ~= "read"
    assert(
      err.maybe_executed or not has_effect or cell.executed == 0,
      "executed, but not reported as maybe executed"
    )
  end
end

local function describe(cell, result, err)
  local text = (result and "ok" or err.kind) .. " " .. #cell.responses
  if cell.call.does ~= "read" then text = text .. "/" .. cell.executed .. "x" end
  return err and err.maybe_executed and text .. " ?" or text
end

local function check_effect(cell, ids)
  local effect = cell.call.effect
  if not effect then return end
  local executed = cell.call.does == "create" and cell.executed or math.min(cell.executed, 1)
  assert(effect(cell.client, ids) == executed, "the state contradicts the journal")
end

--- Runs a cell where its runtime can wait.
local function run(cell)
  local ids = cell.call.prepare(cell.client, cell.fixture)
  local result, message, err = cell.call.run(cell, ids)
  cell:disarm()
  check(cell, result, message, err)
  check_effect(cell, ids)
  cell.text = describe(cell, result, err)
end

--- Makes a fixture whose events reach the current cell.
---@param rows table[] what is expected of each fault
---@param make fun(on_event: function): table
---@return table fixture
function matrix.open(rows, make)
  local fixture
  fixture = make(function(event)
    if fixture.cell then fixture.cell:note(event) end
  end)
  fixture.rows = rows
  return fixture
end

-- Runs one call against one fault. The text of the cell, or the problem.
local function try_cell(fixture, row, persistence, call)
  local cell = setmetatable({
    fixture = fixture,
    client = fixture.client,
    row = row,
    times = persistence == "once" and 1 or ALWAYS,
    call = call,
  }, Cell)
  fixture.reset()
  fixture.cell = cell
  local ok, problem
  fixture.run(function()
    ok, problem = xpcall(run, debug.traceback, cell)
  end)
  fixture.cell = nil
  return ok and cell.text, problem
end

-- The text that is expected of a cell; nil where it is left out.
local function expected_of(row, persistence, call)
  local cells = row[2][persistence]
  return cells[call.name] or cells[call.does]
end

-- The text of a cell. A stalled attempt may need a longer timeout.
local function cell_of(fixture, row, persistence, call)
  local expected, text, problem = expected_of(row, persistence, call), nil, nil
  for _, seconds in ipairs(STALLED_TIMEOUTS) do
    fixture.fast_runtime.stalled_timeout = seconds
    text, problem = try_cell(fixture, row, persistence, call)
    if text == expected or not is_stalled(row) then break end
  end
  local place = ("%s, %s, %s: "):format(matrix.name_of(row), persistence, call.name)
  if not text then error(place .. problem, 0) end
  return text
end

--- Goes through all cells of a row that are not left out.
---@param row table of the expectations
---@param each fun(persistence: string, call: table): string
---@return table<string, string> cells by matrix.key
local function cells(row, each)
  local found = {}
  for _, persistence in ipairs(matrix.persistences) do
    for _, call in ipairs(matrix.calls) do
      if expected_of(row, persistence, call) then
        found[matrix.key(persistence, call)] = each(persistence, call)
      end
    end
  end
  return found
end

--- Where a cell is in its row.
---@param persistence "once"|"always"
---@param call table
---@return string
function matrix.key(persistence, call)
  return persistence .. " " .. call.name
end

--- Runs all calls against one fault.
---@param fixture table
---@param index integer of the row
---@return table<string, string> cells by matrix.key, as the expectations write them
function matrix.row(fixture, index)
  local row = fixture.rows[index]
  return cells(row, function(persistence, call)
    return cell_of(fixture, row, persistence, call)
  end)
end

--- What is expected of a row, likewise.
---@param row table
---@return table<string, string> cells
function matrix.expected(row)
  return cells(row, function(persistence, call)
    return expected_of(row, persistence, call)
  end)
end

matrix.calls = require("spec.faults.calls")
matrix.persistences = { "once", "always" }

return matrix
