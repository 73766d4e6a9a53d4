-- SPDX-License-Identifier: MIT
-- Asks a client's rate limiter before each attempt, and shows it each reply.
--
-- What a limiter raises goes through to the caller of the method.

local core = require("rtk.core")
local errors = require("rtk.http.errors")
local events = require("rtk.http.events")
local headers = require("rtk.http.headers")
local misuse = require("rtk.misuse")
local retry = require("rtk.http.retry")
local retry_after = require("rtk.http.retry_after")

---@class rtk.RateLimiter
---@field admit fun(self: rtk.RateLimiter, request: rtk.RateRequest): number?, string?, number?
---seconds to wait before asking again, 0 when the request is counted and may go, or nil when it
---must not go at all; a note, or why not; seconds over which callers that wait for the same moment
---are spread
---@field observe fun(self: rtk.RateLimiter, reply: rtk.RateReply): string? learns; a note

---@class rtk.RateRequest
---@field now number seconds on the runtime's clock
---@field priority boolean it goes before others

---@class rtk.RateReply
---@field now number seconds on the runtime's clock
---@field elapsed number seconds since admit let the request pass, as far as that is known
---@field status? integer HTTP status; none when no answer came
---@field sent? boolean without a status: false when the request certainly did not leave
---@field headers table<string, string> by lower-case name
---@field code? integer|string the API's first error code
---@field retry_after? number seconds

local admission = {}

-- How many attempts may be admitted before the next look for abandoned ones.
local SWEEP_AFTER = 16

local function tell(channel, call, note)
  if note then events.emit(channel, "limiter", call, { message = note }) end
end

local function has_priority(call)
  if call.priority ~= nil then return call.priority end
  return call.operation.has_priority == true
end

-- Seconds until the next question, the failure of a call that must not go, and the spread.
local function ask(channel, call)
  local question = { now = channel.runtime:now(), priority = has_priority(call) }
  call.admitted_at = question.now
  local seconds, note, spread = channel.settings.rate_limit:admit(question)
  if seconds == nil and note then
    return nil, errors.unsent("cancelled", call, "not sent: " .. tostring(note))
  end
  tell(channel, call, note)
  if type(seconds) ~= "number" or seconds ~= seconds then
    misuse.raise("rate_limit:admit must return a number of seconds")
  end
  return seconds, nil, spread
end

-- A random part of the spread on top of a wait, as far as the call may wait. Of the time that it
-- has left after the wait, half stays for the attempt.
local function spread_out(channel, call, seconds, spread, waited)
  local room = channel.settings.max_retry_wait - waited - seconds
  if call.deadline then
    room = math.min(room, (call.deadline - channel.runtime:now() - seconds) / 2)
  end
  return seconds + math.max(0, math.min(spread or 0, room)) * retry.jitter()
end

-- The failure of a call that would have to wait for too long.
local function refusal(channel, call, seconds, waited)
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

-- The failure of a call that is made where the runtime cannot wait.
local function misplaced(channel, call)
  local runtime = channel.runtime
  local reason = runtime.blocked_reason and runtime:blocked_reason()
  return reason and errors.unsent("cancelled", call, "not sent: " .. reason)
end

-- The client's attempts that were admitted and not answered yet, as tickets, since calls hold
-- headers and bodies. Tickets are held weakly: a call that was given up is collected sooner or
-- later, and its ticket with it.
local function unanswered(channel)
  local open = channel.unanswered
  if not open then
    open = { tickets = setmetatable({}, { __mode = "k" }), count = 0, until_sweep = SWEEP_AFTER }
    channel.unanswered = open
  end
  return open
end

-- Tells the limiter of those that will never be answered.
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

local function begin(channel, call)
  local open = unanswered(channel)
  call.ticket = {}
  open.tickets[call.ticket] = true
  open.count, open.until_sweep = open.count + 1, open.until_sweep - 1
  if open.until_sweep <= 0 then sweep(channel, open) end
end

local function finish(channel, call)
  local open = unanswered(channel)
  if not call.ticket or not open.tickets[call.ticket] then return end
  open.tickets[call.ticket], call.ticket = nil, nil
  open.count = open.count - 1
end

--- Waits until the limiter lets an attempt pass.
---@param channel rtk.Channel with a limiter
---@param call rtk.Call
---@return rtk.Error? err when that would take too long or cannot be; nothing is counted then
function admission.admit(channel, call)
  local err = misplaced(channel, call)
  if err then return err end
  local waited = 0
  while true do
    local seconds, refused, spread = ask(channel, call)
    if refused then return refused end
    if seconds <= 0 then
      begin(channel, call)
      return nil
    end
    err = refusal(channel, call, seconds, waited)
    if err then return err end
    seconds = spread_out(channel, call, seconds, spread, waited)
    waited = waited + seconds
    call.elapsed = call.elapsed + seconds
    events.emit(channel, "wait", call, { seconds = seconds, reason = "rate_limit" })
    channel.runtime:sleep(seconds)
  end
end

--- Tells the limiter that an attempt it admitted is not made.
---@param channel rtk.Channel with a limiter
---@param call rtk.Call
function admission.release(channel, call)
  admission.observe(channel, call, { sent = false })
end

--- Shows the limiter a reply, or that none came, so that what was not sent is not counted.
---@param channel rtk.Channel with a limiter
---@param call rtk.Call
---@param result table what the transport returned, with headers
---@param err? rtk.Error what the reply amounts to when it is a failure
function admission.observe(channel, call, result, err)
  finish(channel, call)
  local fields, now = headers.parse(result.headers), channel.runtime:now()
  local note = channel.settings.rate_limit:observe({
    now = now,
    elapsed = now - call.admitted_at,
    status = result.status,
    sent = result.sent,
    headers = fields,
    code = err and err.code,
    retry_after = retry_after.seconds(fields),
  })
  tell(channel, call, note)
end

return admission
