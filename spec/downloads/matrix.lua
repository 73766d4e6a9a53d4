-- SPDX-License-Identifier: MIT
-- Downloads a file against faults and describes the outcome. A cell is one fault (once or always),
-- one kind of target and one runner (see spec.faults.runners). This module asserts what must hold
-- in every cell: no wrong byte, nothing under the name of a file before it is whole, and after a
-- failure a second download that ends well.

local core = require("rtk.core")
local faults = require("spec.faults.matrix")

local matrix = {}

local FILE_BYTES = 300000
local ALWAYS = 100 -- more than any download makes requests
local OPERATION = "GET /download"

-- Seconds after which a download gives up that stalls; the next one where that is too short for the
-- bytes before the stall.
local STALLED_TIMEOUTS = { 0.2, 2, 20 }

local targets, persistences = { "file", "function" }, { "once", "always" }

--- The fault of a row in words.
---@param row table of the expectations
---@return string
function matrix.name_of(row)
  local name = faults.name_of(row)
  for _, fault in ipairs(row.with or {}) do
    name = name .. ", with " .. fault.kind
  end
  return row.changes and name .. ", with another content then" or name
end

local function inject(fixture, fault, times, more)
  local injected = { operation = OPERATION, times = times }
  for _, fields in ipairs({ fault, more or {} }) do
    for name, value in pairs(fields) do
      injected[name] = value
    end
  end
  fixture.fault(injected)
end

local Cell = {}
Cell.__index = Cell

-- A recording with a file.
local function new_recording(fixture)
  local client = fixture.client
  local meeting = assert(client.meetings:create({ title = "Long" }))
  local recording = assert(client.recordings:start({ meeting_id = meeting.id }))
  fixture.upload({ id = recording.id, file_size = FILE_BYTES })
  return assert(recording:reload())
end

function Cell:arm()
  local fixture, row = self.fixture, self.row
  local runtime = fixture.fast_runtime
  runtime:reset()
  runtime.stalls = row[1].kind == "stall" and self.times or 0
  if row[1].kind == "refuse" and fixture.is_served then
    runtime.refusals = self.times
  else
    local link = row.leads_to_itself and self.recording.download_url or nil
    inject(fixture, row[1], self.times, { location = link or row[1].location })
  end
  for _, fault in ipairs(row.with or {}) do
    inject(fixture, fault, ALWAYS)
  end
end

local function disarm(self)
  self.is_over = true
  self.fixture.fast_runtime:reset()
  self.fixture.clear_faults()
end

--- Notes an event of the fixture's client.
function Cell:note(event)
  if event.operation ~= "GET download" then return end
  if self.is_over then return end
  if event.type == "request" then self.attempts = event.attempt end
  local changes = event.type == "retry" and event.attempt == 1 and self.row.changes
  if changes then inject(self.fixture, { kind = "changed", by = 0 }, 1) end
end

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("*a")
  file:close()
  return text
end

local function is_prefix(part, content)
  return content:sub(1, #part) == part
end

local run = {}

-- A target of a kind that cannot be told from its first download.
function run.file(self)
  local path = os.tmpname()
  os.remove(path)
  local result, _, err = self.recording:download(path, self.row.options)
  disarm(self)
  local content = self.fixture.fetch(self.recording:reload().download_url)
  assert(result or read(path) == nil, "half a file has the name")
  if not result then
    self:check_failure(err)
    assert(self.recording:download(path))
  end
  assert(read(path) == content, "another content")
  assert(not read(path .. ".part") and not read(path .. ".part.content"), "leftovers")
  os.remove(path)
  return result, err
end

run["function"] = function(self)
  local chunks = {}
  local function take(chunk)
    chunks[#chunks + 1] = chunk
  end
  local result, _, err = self.recording:download(take, self.row.options)
  disarm(self)
  local got = table.concat(chunks)
  if result then
    assert(got == self.fixture.fetch(self.recording:reload().download_url), "another content")
    assert(result.bytes == #got, "bytes")
  else
    self:check_failure(err)
    assert(is_prefix(got, self.before), "other bytes")
  end
  return result, err
end

--- Asserts what must be true of every failure.
function Cell:check_failure(err)
  assert(err.attempts == self.attempts, "attempts")
  assert(not err.maybe_executed, "maybe executed")
  assert(not err.message:find("X-Amz", 1, true), "the link is in the message")
  assert(core.encode(err.message), "message")
end

local function describe(self, result, err)
  if result then return "ok " .. self.attempts end
  return err.kind .. (err.reason and " " .. err.reason or "") .. " " .. self.attempts
end

--- Makes a fixture whose events reach the current cell.
---@param rows table[] what is expected of each fault
---@param make fun(on_event: function): table
---@return table fixture
function matrix.open(rows, make)
  return faults.open(rows, make)
end

local function try_cell(fixture, row, times, target)
  local self = setmetatable({ fixture = fixture, row = row, times = times, attempts = 0 }, Cell)
  fixture.cell = self
  local ok, problem
  fixture.run(function()
    ok, problem = xpcall(function()
      fixture.reset()
      self.recording = new_recording(fixture)
      self.before = fixture.fetch(self.recording.download_url)
      self:arm()
      local result, err = run[target](self)
      return describe(self, result, err)
    end, debug.traceback)
    disarm(self)
  end)
  fixture.cell = nil
  return ok and problem, not ok and problem
end

local function cell_of(fixture, row, persistence, target)
  local expected, text, problem = row[2][persistence][target], nil, nil
  for _, seconds in ipairs(STALLED_TIMEOUTS) do
    fixture.fast_runtime.stalled_timeout = seconds
    text, problem =
      try_cell(fixture, row, persistence == "once" and 1 or row.most_times or ALWAYS, target)
    if text == expected or row[1].kind ~= "stall" then break end
  end
  local place = ("%s, %s, %s: "):format(matrix.name_of(row), persistence, target)
  if not text then error(place .. problem, 0) end
  return text
end

local function cells(each)
  local found = {}
  for _, persistence in ipairs(persistences) do
    for _, target in ipairs(targets) do
      found[persistence .. " " .. target] = each(persistence, target)
    end
  end
  return found
end

--- Downloads to all targets against one fault.
---@param fixture table
---@param index integer of the row
---@return table<string, string> cells as the expectations write them
function matrix.row(fixture, index)
  local row = fixture.rows[index]
  if row.needs_network and not fixture.is_served then return matrix.expected(row) end
  return cells(function(persistence, target)
    return cell_of(fixture, row, persistence, target)
  end)
end

--- What is expected of a row, likewise.
---@param row table
---@return table<string, string> cells
function matrix.expected(row)
  return cells(function(persistence, target)
    return row[2][persistence][target]
  end)
end

return matrix
