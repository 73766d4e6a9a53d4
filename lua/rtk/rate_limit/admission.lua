-- SPDX-License-Identifier: MIT
-- Asks the client's rate limiter before each attempt and shows it each reply. Errors that a limiter
-- raises reach the caller.

local core = require("rtk.core")
local errors = require("rtk.errors")
local events = require("rtk.http.events")
local headers = require("rtk.http.headers")
local misuse = require("rtk.misuse")
local retry = require("rtk.http.retry")
local retry_after_header = require("rtk.http.retry_after_header")

---@class rtk.RateLimiter
---@field admit fun(self: rtk.RateLimiter, request: rtk.RateRequest): number?, string?, number?
---seconds: 0 when the request is counted and may go, the wait before asking again, or nil when it
---must not go at all; a note for the events, or the reason; the seconds to spread over those who
---wait for the same moment
---@field observe fun(self: rtk.RateLimiter, reply: rtk.RateReply): string? learns; returns a note

---@class rtk.RateRequest
---@field now number seconds on the runtime's clock
---@field priority boolean whether the request goes before others

---@class rtk.RateReply
---@field now number seconds on the runtime's clock
---@field elapsed number seconds since the request was admitted; 0 when unknown
---@field status? integer HTTP status; nil when no answer arrived
---@field sent? boolean without a status: false when the request certainly was not sent
---@field headers table<string, string> by lower-case name
---@field code? integer|string the API's first error code
---@field retry_after? number seconds

local admission = {}

-- Admitted attempts between two sweeps for abandoned ones.
local SWEEP_AFTER = 16

local function emit_note(channel, call, note)
  if note then events.emit(channel, "limiter", call, { message = note }) end
end

local function has_priority(call)
  if call.priority ~= nil then return call.priority end
  return call.operation.has_priority == true
end

-- Returns the seconds to wait, the error of a call that must not go, and the spread.
local function ask(channel, call)
  local request = { now = channel.runtime:now(), priority = has_priority(call) }
  call.admitted_at = request.now
  local seconds, note, spread = channel.settings.rate_limit:admit(request)
  if seconds == nil and note then
    return nil, errors.unsent("cancelled", call, "not sent: " .. tostring(note))
  end
  emit_note(channel, call, note)
  if type(seconds) ~= "number" or seconds ~= seconds then
    misuse.raise("rate_limit:admit must return a number of seconds")
  end
  return seconds, nil, spread
end

-- Adds a random part of the spread to a wait, within what the call may wait. Half of the time that
-- is left after the wait stays for the attempt.
local function add_spread(channel, call, seconds, spread, waited)
  local room = channel.settings.max_retry_wait - waited - seconds
  if call.deadline then
    room = math.min(room, (call.deadline - channel.runtime:now() - seconds) / 2)
  end
  return seconds + math.max(0, math.min(spread or 0, room)) * retry.jitter()
end

-- The error of a call that would wait too long.
local function limit_error(channel, call, seconds, waited)
  local name
  if waited + seconds > channel.settings.max_retry_wait then name = "max_retry_wait" end
  if call.deadline and channel.runtime:now() + seconds >= call.deadline then
    name = "total_timeout"
  end
  if not name then return nil end
  local reason = ("the rate limiter asks to wait %s s%s, more than %s allows"):format(
    core.number_text(seconds, 3),
    waited > 0 and (" after %s s"):format(core.number_text(waited, 3)) or "",
    name
  )
  return errors.unsent("rate_limit", call, reason, seconds)
end

-- The error of a call where the runtime cannot wait.
local function blocked_error(channel, call)
  local runtime = channel.runtime
  local reason = runtime.blocked_reason and runtime:blocked_reason()
  return reason and errors.unsent("cancelled", call, "not sent: " .. reason)
end

-- The client's admitted attempts without an answer, as tickets, because calls hold headers and
-- bodies. Tickets are held weakly: they are collected with their abandoned calls.
local function unanswered(channel)
  local open = channel.unanswered
  if not open then
    open = { tickets = setmetatable({}, { __mode = "k" }), count = 0, until_sweep = SWEEP_AFTER }
    channel.unanswered = open
  end
  return open
end

-- Reports the attempts that will never be answered to the limiter.
local function sweep(channel, open)
  local alive = 0
  for _ in pairs(open.tickets) do
    alive = alive + 1
  end
  local lost = open.count - alive
  open.count, open.until_sweep = alive, math.max(SWEEP_AFTER, alive)
  for _ = 1, lost do
    local now = channel.runtime:now()
    channel.settings.rate_limit:observe({ now = now, elapsed = 0, headers = {} })
  end
end

local function open_ticket(channel, call)
  local open = unanswered(channel)
  call.ticket = {}
  open.tickets[call.ticket] = true
  open.count, open.until_sweep = open.count + 1, open.until_sweep - 1
  if open.until_sweep <= 0 then sweep(channel, open) end
end

local function close_ticket(channel, call)
  local open = unanswered(channel)
  if not call.ticket or not open.tickets[call.ticket] then return end
  open.tickets[call.ticket], call.ticket = nil, nil
  open.count = open.count - 1
end

--- Waits until the limiter admits an attempt.
---@param channel rtk.Channel with a limiter
---@param call rtk.Call
---@return rtk.Error? err when the wait would be too long or is impossible; nothing is counted then
function admission.admit(channel, call)
  local err = blocked_error(channel, call)
  if err then return err end
  local waited = 0
  while true do
    local seconds, ask_error, spread = ask(channel, call)
    if ask_error then return ask_error end
    if seconds <= 0 then
      open_ticket(channel, call)
      return nil
    end
    err = limit_error(channel, call, seconds, waited)
    if err then return err end
    seconds = add_spread(channel, call, seconds, spread, waited)
    waited = waited + seconds
    call.elapsed, call.waited = call.elapsed + seconds, (call.waited or 0) + seconds
    events.emit(channel, "wait", call, { seconds = seconds, reason = "rate_limit" })
    channel.runtime:sleep(seconds)
  end
end

--- Gives an admitted attempt back that is not made.
---@param channel rtk.Channel with a limiter
---@param call rtk.Call
function admission.release(channel, call)
  admission.observe(channel, call, { sent = false })
end

--- Shows the limiter a reply, or that none arrived, so that unsent requests are not counted.
---@param channel rtk.Channel with a limiter
---@param call rtk.Call
---@param result rtk.Result
---@param err? rtk.Error when the attempt failed
function admission.observe(channel, call, result, err)
  close_ticket(channel, call)
  local fields, now = headers.parse(result.headers), channel.runtime:now()
  local note = channel.settings.rate_limit:observe({
    now = now,
    elapsed = now - call.admitted_at,
    status = result.status,
    sent = result.sent,
    headers = fields,
    code = err and err.code,
    retry_after = retry_after_header.seconds(fields),
  })
  emit_note(channel, call, note)
end

return admission
