-- SPDX-License-Identifier: MIT
-- A response body on its way into a file or out in chunks, for the in-process transport. Its client
-- holds it, lets it flow and is told how far it is; the body is never whole in memory. Nothing
-- waits: the time that a body would take (`slow`, `stall`) passes in `elapsed` alone.
local message = require("rtk.emulator.http.message")
local response_body = require("rtk.emulator.http.response_body")
local transport_result = require("rtk.emulator.faults.transport_result")

local Transfer = { __name = "rtk.emulator.transfer" }
Transfer.__index = Transfer

-- Bytes that are written at once, and after which other requests have their turn.
local PIECE, TURN = 2 ^ 18, 2 ^ 22

local function real_time()
  return require("rtk.core").now()
end

function Transfer:result(fields)
  fields.id, fields.received = self.id, self.received
  fields.elapsed = self.seconds + real_time() - self.start
  return fields
end

--- The first result: the headers are there, and none of the body.
---@return table result
function Transfer:head()
  return self:result({ status = self.answer.status, headers = self.headers, held = true })
end

local function fail(self, failure, text)
  local result = { status = self.answer.status, headers = self.headers, text = text }
  for name, value in pairs(failure) do
    result[name] = value
  end
  self.is_over = true
  self:result(result)
  result.elapsed = math.max(result.elapsed, failure.elapsed or 0)
  return result
end

local function complete(self, text)
  self.is_over = true
  return self:result({ status = self.answer.status, headers = self.headers, text = text })
end

--- Lets the body flow.
---@param submitted { file?: table, offset?: integer, chunk?: integer, interval?: number,
---limit?: integer }
function Transfer:resume(submitted)
  if not submitted.chunk and not submitted.file then
    error("a transfer flows into a file or by chunks", 3)
  end
  self.flow, self.is_held = submitted, false
  self.position = submitted.offset or self.position
  self.resumed_at = self.seconds + real_time()
end

local function hold(self, text)
  self.is_held = true
  return self:result({ held = true, text = text })
end

-- At a rate, the bytes until something is to be reported.
local function most_at_once(self)
  local flow, most = self.flow, self.flow.chunk or PIECE
  if self.rate then most = math.min(most, math.floor(self.rate * (flow.interval or 1))) end
  local left = (flow.limit or self.arrival.size) - self.received
  return math.min(math.max(1, most), left, self.arrival.size - self.received)
end

--- Takes the next bytes of the body, "" where no more come.
local function take(self)
  local count = most_at_once(self)
  if count <= 0 then return "" end
  local text = self.body(self.received + 1, self.received + count)
  self.received = self.received + count
  if self.rate then self.seconds = self.seconds + count / self.rate end
  return text
end

--- The failure that the transfer has come to, if any.
local function failure_of(self)
  local flow, arrival = self.flow, self.arrival
  local has_more = self.received < arrival.size
  if flow.limit and self.received >= flow.limit and has_more then
    return transport_result.too_large(flow.limit)
  elseif self.seconds >= self.timeout then
    return transport_result.late(self.request, self.received .. " bytes of the reply had come")
  end
  return not has_more and not arrival.stalls and arrival.failure or nil
end

--- The result of the transfer where it has come to an end or is to be reported; else nil.
local function report(self, text)
  local failure = failure_of(self)
  if failure then return fail(self, failure, text) end
  local is_whole = self.received == self.arrival.size and not self.arrival.stalls
  if is_whole then return complete(self, text) end
  local interval = self.flow.interval
  local is_due = interval and self.seconds + real_time() - self.resumed_at >= interval
  if text or is_due then return hold(self, text) end
end

--- Nothing more comes: time passes until the next report or the deadline.
local function stall(self)
  self.seconds = math.min(self.timeout, self.seconds + (self.flow.interval or self.timeout))
  return report(self, nil)
end

local function write_turn(self)
  for _ = 1, TURN / PIECE do
    local text = take(self)
    local ok, words, reason = self.flow.file:write(self.position, text)
    if not ok then
      return fail(self, { kind = "file", message = words, reason = reason, sent = true })
    end
    self.position = self.position + #text
    local result = report(self)
    if result then return result end
  end
end

--- Lets the body flow for a while.
---@return table? result nil while it flows on
function Transfer:advance()
  if self.arrival.stalls and self.received == self.arrival.size then return stall(self) end
  if self.flow.chunk then return report(self, take(self)) end
  return write_turn(self)
end

-- A function that reads bytes of a body and of the spaces that follow it.
local function reader(answer)
  local size = response_body.size(answer.body)
  return function(first, last)
    local text = first <= size and response_body.part(answer.body, first, math.min(last, size))
      or ""
    return text .. (" "):rep(last - first + 1 - #text)
  end
end

--- Begins the transfer of a response's body.
---@param request table as submitted, with its id
---@param answer rtk.emulator.Response
---@return table? transfer nil where no body comes
local function new(request, answer)
  local arrival = transport_result.arrival(request, answer)
  if answer.status < 200 or answer.status > 299 or arrival.size == 0 then return nil end
  local wire = answer.wire or {}
  return setmetatable({
    id = request.id,
    request = request,
    answer = answer,
    headers = message.head(answer, message.content_length(answer)),
    arrival = arrival,
    body = reader(answer),
    rate = wire.rate,
    timeout = transport_result.timeout_of(request),
    start = real_time(),
    seconds = wire.delay or 0,
    received = 0,
    position = 0,
    is_held = true,
  }, Transfer)
end

return { new = new }
