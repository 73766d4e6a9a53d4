-- SPDX-License-Identifier: MIT
-- What was asked and what was answered, oldest first, with tokens and all: it is for the tests that
-- own the emulator. Only the last entries are kept.
local clock = require("rtk.emulator.state.clock")

local Journal = { __name = "rtk.emulator.state.journal" }
Journal.__index = Journal

--- Notes a request and its answer.
---@param entry { at: integer, operation: string, request: table, answer: table, fault?: string,
---executed: boolean } executed when the API itself did what was asked, whatever was answered
function Journal:add(entry)
  self.last = self.last + 1
  self.entries[self.last] = entry
  self.entries[self.last - self.capacity] = nil
end

local function view(entry)
  local request, answer = entry.request, entry.answer
  return {
    at = clock.format(entry.at),
    operation = entry.operation,
    method = request.method,
    path = request.path,
    query = request.query,
    headers = request.headers,
    body = request.body,
    status = answer.status,
    response_headers = answer.headers,
    -- Bytes that are made while they are sent are not kept.
    response_body = type(answer.body) == "string" and answer.body or nil,
    fault = entry.fault,
    executed = entry.executed,
  }
end

--- The entries as tests see them.
---@return table[]
function Journal:view()
  local views = {}
  for index = math.max(1, self.last - self.capacity + 1), self.last do
    views[#views + 1] = view(self.entries[index])
  end
  return views
end

--- Forgets everything.
function Journal:clear()
  self.entries, self.last = {}, 0
end

---@param capacity integer
local function new(capacity)
  return setmetatable({ entries = {}, last = 0, capacity = capacity }, Journal)
end

return { new = new }
