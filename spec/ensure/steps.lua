-- SPDX-License-Identifier: MIT
-- Runs ensure methods while something happens at one of their steps: an answer is lost, the program
-- dies and begins again. A cell says how the last run ended, how often the emulator executed what
-- creates something, and how much there is of it: "created 1x 1".

local cases = require("spec.ensure.cases")
local cjson = require("cjson")
local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new

local steps = {}

-- More than any ensure sends.
local ALWAYS = 1000

--- What may happen at a step, in the order of the table.
steps.mishaps = { "answer lost", "request lost", "dies before", "dies after", "answers lost" }

local function lose(emulator, operation, fault)
  fault.kind, fault.operation = "close", operation
  emulator:fault(fault)
end

local function die()
  error("the program dies", 0)
end

-- What a client does at an event of the step.
local at = {
  ["answer lost"] = {
    "request",
    function(emulator, operation)
      lose(emulator, operation, { after = true })
    end,
  },
  ["request lost"] = {
    "request",
    function(emulator, operation)
      lose(emulator, operation, {})
    end,
  },
  ["dies before"] = { "request", die },
  ["dies after"] = { "response", die },
  ["answers lost"] = {
    "request",
    function(emulator)
      lose(emulator, "*", { after = true, times = ALWAYS })
    end,
  },
}

-- After these the program runs it again.
local ends_run = { ["dies before"] = true, ["dies after"] = true, ["answers lost"] = true }

local Run = {}
Run.__index = Run

--- Prepares an emulator whose pages are short.
---@param row table of spec.fixtures.ensures
---@return table run
function steps.open(row)
  local self = setmetatable({ case = cases[row[1]] }, Run)
  self.emulator = new_emulator({ max_per_page = 2, duplicate_participants = row.service })
  self.place = cases.prepare(self.case, row[2], self:client(), "7", function(seconds)
    self.emulator:advance(seconds)
  end)
  self.first = #self.emulator:journal() + 1
  return self
end

--- What is expected of a mishap.
---@param row table
---@param mishap string
---@param step integer
---@return string text
function steps.expected(row, mishap, step)
  if not ends_run[mishap] then return row.lost and row.lost[step] or row.ends end
  local change = row.change or math.huge
  if mishap == "answers lost" then change = row.change_of_lost or change end
  local executed = mishap == "dies before" and step - 1 or step
  return executed >= change and row.again or row.ends
end

--- A client whose waits take no real time.
---@param options? table
function Run:client(options)
  local all = { runtime = clients.emulated_runtime(self.emulator) }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return self.emulator:client(all)
end

function Run:ensure(client)
  return self.case.ensure(client, self.place)
end

--- What there is now, and how often it was created.
---@return string[] ids
---@return integer count
function Run:found()
  local snapshot = cjson.decode(self.emulator:snapshot())
  local executed = cases.executed(self.case, self.emulator:journal(), self.first, self.place)
  return cases.count(self.case, snapshot, self.place), executed
end

-- How a run ended, as the fixture has it.
local function text_of(run, value, outcome, err)
  local ids, executed = run:found()
  if value == nil then outcome = err.kind end
  local text = ("%s %dx %d"):format(outcome, executed, #ids)
  if value and ids[1] and value.id ~= ids[1] then text = text .. ", not this one" end
  return text
end

--- The operations of an undisturbed run, and its cell.
---@param row table
---@return string[] operations
---@return string text
function steps.plain(row)
  local run, operations = steps.open(row), {}
  local client = run:client({
    on_event = function(event)
      if event.type == "request" then operations[#operations + 1] = event.operation end
    end,
  })
  return operations, text_of(run, run:ensure(client))
end

-- A client to which something happens at its n-th event.
local function disturbed(run, mishap, step)
  local event_type, act = at[mishap][1], at[mishap][2]
  local left = step
  return run:client({
    on_event = function(event)
      if event.type ~= event_type then return end
      left = left - 1
      if left == 0 then act(run.emulator, event.operation) end
    end,
  }),
    function()
      return left <= 0
    end
end

--- The cell of a mishap.
---@param row table
---@param mishap string
---@param step integer
---@return string text
function steps.cell(row, mishap, step)
  local run = steps.open(row)
  local client, has_happened = disturbed(run, mishap, step)
  local ok, value, outcome, err = pcall(run.ensure, run, client)
  if not has_happened() then return "nothing happened" end
  if not ends_run[mishap] then
    return ok and text_of(run, value, outcome, err) or tostring(value)
  end
  if mishap == "answers lost" and not (ok and value == nil and err.message) then
    return "no error"
  end
  run.emulator:clear_faults()
  return text_of(run, run:ensure(run:client()))
end

return steps
