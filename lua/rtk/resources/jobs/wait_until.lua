-- SPDX-License-Identifier: MIT
-- Looks again and again, with growing pauses, until there is what the caller waits for.

local errors = require("rtk.errors")
local misuse = require("rtk.misuse")
local retry = require("rtk.http.retry")
local runtime = require("rtk.runtime")
local core = require("rtk.core")
local validate = require("rtk.validate")

---@class rtk.WaitOptions
---@field timeout? number seconds, after which the wait fails; default 300
---@field interval? number seconds of the first pause, 1 by default; each is half as long again as
---the one before, up to ten times the first

local wait_until = {}

local INTERVAL = 1 -- seconds

wait_until.TIMEOUT = 300 -- seconds

-- How pauses grow, and the part of each that is random, so that programs do not look in step.
local GROWTH, LONGEST, SPREAD = 1.5, 10, 0.2

wait_until.option_kinds = { timeout = validate.seconds, interval = validate.seconds }

-- What waits where there is no client.
local clock = {}

function clock.now()
  return core.now()
end

function clock.sleep(_, seconds)
  local reason = runtime.sleep(seconds)
  if reason then misuse.raise(reason) end
end

local function pack(...)
  return { n = select("#", ...), ... }
end

local unpack = core.globals.unpack

-- Whether a failure may be over at the next look. Other text, and errors of other origin, end the
-- wait. So does a POST that may have been executed: another one might create a second thing.
local function is_passing(err)
  if type(err) ~= "table" or err.kind == nil then return false end
  local is_doubtful = err.maybe_executed and err.method == "POST"
  return not is_doubtful and retry.is_transient(err)
end

local function it()
  return "it has not come to pass"
end

local function timed_out(describe, seconds, failure)
  local what, state = (describe or it)()
  local message = ("%s within %s seconds"):format(what, core.number_text(seconds, 6))
  if state then message = message .. ": " .. state end
  return errors.of_wait("timeout", message, "not_reached", failure)
end

-- Seconds to pause before the next look, which is at the end at the latest.
local function pause_of(growing, failure, left)
  local asked = failure and failure.retry_after or 0
  local pause = growing * (1 - SPREAD * retry.jitter())
  return math.min(math.max(pause, asked), left)
end

--- Calls a function until it returns a true value, and returns what it returned.
---
--- false, or nil without a message, means: not yet. `nil, message, err` ends the wait with these,
--- unless err says that a later call may succeed (connection, timeout, rate limit, 5xx) and no
--- POST may have been executed. The last look is when the time is over.
---@param user_function fun(left: number): any gets the seconds that are left
---@param options rtk.WaitOptions of wait_until.option_kinds
---@param own_clock? { now: function, sleep: function } a client's runtime
---@param reserve? number seconds that the last look is kept for
---@param describe? fun(): string, string? what did not happen, and what there is in its place
---@return any ...
function wait_until.run(user_function, options, own_clock, reserve, describe)
  local time = own_clock or clock
  local timeout, interval = options.timeout or wait_until.TIMEOUT, options.interval or INTERVAL
  local deadline, growing = time:now() + timeout, interval
  while true do
    local found = pack(user_function(deadline - time:now()))
    if found[1] then return unpack(found, 1, found.n) end
    local message, failure = found[2], found[3]
    if found[1] == nil and message ~= nil then
      if not is_passing(failure) then return unpack(found, 1, found.n) end
    else
      failure = nil
    end
    local left = deadline - (reserve or 0) - time:now()
    if left <= 0 then
      local err = timed_out(describe, timeout, failure)
      return nil, err.message, err
    end
    time:sleep(pause_of(growing, failure, left))
    growing = math.min(growing * GROWTH, interval * LONGEST)
  end
end

return wait_until
