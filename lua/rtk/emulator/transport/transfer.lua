-- SPDX-License-Identifier: MIT
-- A response body on its way into a file or out in chunks, for the in-process transport. Its client
-- holds it, lets it flow and is told how far it is; the body is never whole in memory. Nothing
-- waits: the time that a body would take (`slow`, `stall`) passes in `elapsed` alone.
local message = require("rtk.emulator.transport.message")
local response_body = require("rtk.emulator.http.response_body")
local transport_result = require("rtk.emulator.transport.result")

local Transfer = { __name = "rtk.emulator.transport.transfer" }
Transfer.__index = Transfer

-- Bytes that are written at once, and after which other requests have their turn.
local PIECE, TURN = 2 ^ 18, 2 ^ 22

local DEFAULT_CHUNK = 2 ^ 17

local function real_time()
  return require("rtk.core").now()
end

function Transfer:result(fields)
  fields.id, fields.received = self.id, self.received
  fields.elapsed = self.seconds + real_time() - self.start
  return fields
end

--- The result of a held transfer; at first the headers are there, and none of the body.
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

--- Lets the body flow. Once it has a file it goes on where it is.
---@param submitted { file?: table, offset?: integer, chunk?: integer, interval?: number,
---limit?: integer }
function Transfer:resume(submitted)
  self.is_held, self.limit, self.interval = false, submitted.limit, submitted.interval
  if submitted.file and not self.file then
    self.file, self.position = submitted.file, submitted.offset or 0
  end
  self.chunk = not self.file and (submitted.chunk or DEFAULT_CHUNK) or nil
  self.resumed_at = self.seconds + real_time()
end

local function hold(self, text)
  self.is_held = true
  local result = self:head()
  result.text = text
  return result
end

-- At a rate, the bytes until something is to be reported.
local function most_at_once(self)
  local most = self.chunk or PIECE
  if self.rate then most = math.min(most, math.floor(self.rate * (self.interval or 1))) end
  local left = (self.limit or self.arrival.size) - self.received
  return math.floor(math.min(math.max(1, most), left, self.arrival.size - self.received))
end

--- Takes the next bytes of the body, "" where no more come.
local function take(self)
  local count = most_at_once(self)
  if count <= 0 then return "" end
  local text = self.body(self.received + 1, self.received + count)
  self.received = self.received + count
  if self.rate then self.seconds = self.seconds + count / self.rate end
  local is_slow = self.rate and self.rate < (self.request.min_speed or 0)
  if not is_slow then self.slow_since = self.seconds end
  return text
end

--- The failure that the transfer has come to, if any.
local function failure_of(self)
  local arrival = self.arrival
  local has_more = self.received < arrival.size
  if self.limit and self.received >= self.limit and has_more then
    return transport_result.excess(self.limit)
  elseif self.seconds - self.slow_since >= self.patience then
    return transport_result.stalled(self.request, self.received)
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
  local is_due = self.seconds + real_time() - self.resumed_at >= (self.interval or math.huge)
  if text or is_due then return hold(self, text) end
end

--- Nothing more comes: time passes until the next report or a deadline.
local function stall(self, text)
  local report_at = not self.chunk and self.interval or math.huge
  self.seconds = math.min(self.timeout, self.slow_since + self.patience, self.seconds + report_at)
  return report(self, text)
end

local function write_turn(self)
  for _ = 1, TURN / PIECE do
    local text = take(self)
    local ok, words, reason = self.file:write(self.position, text)
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
  local is_stalled = self.arrival.stalls and self.received == self.arrival.size
  if is_stalled then return stall(self) end
  if not self.chunk then return write_turn(self) end
  local text = take(self)
  -- A chunk that is not full waits for more.
  is_stalled = self.arrival.stalls and self.received == self.arrival.size
  return is_stalled and stall(self, text) or report(self, text)
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
    patience = transport_result.patience_of(request) or math.huge,
    start = real_time(),
    seconds = wire.delay or 0,
    slow_since = wire.delay or 0,
    received = 0,
    is_held = true,
  }, Transfer)
end

return { new = new }
