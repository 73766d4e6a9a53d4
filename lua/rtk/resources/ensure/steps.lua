-- SPDX-License-Identifier: MIT
-- The calls of one ensure: each gets the options of the ensure, and what is left of its time.

local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local option = require("rtk.config.options")
local validate = require("rtk.config.validate")

---@class rtk.EnsureOptions: rtk.CallOptions
---@field total_timeout? number seconds for all of its calls and waits

---@class rtk.EnsureStartedOptions: rtk.EnsureOptions
---@field wait? number seconds to wait at most for one that is still stopping; default 30

---@class rtk.EnsureParticipantOptions: rtk.EnsureOptions
---@field participant_id? string an id from before, which saves reading the list

---@class rtk.EnsureSteps
---@field given table<string, any> the options that no call takes
---@field package _runtime rtk.Runtime
---@field package _options table<string, any>
---@field package _ends_at? number
---@field package _pause number
local Steps = {}
Steps.__index = Steps

local steps = {}

local FIRST_PAUSE, LONGEST_PAUSE = 0.25, 4 -- seconds
local SHORTEST_TIME = 0.001 -- seconds

-- The kinds of the options that only an ensure has.
local kinds = {
  participant_id = "string",
  wait = validate.wait,
}

local function check(options, names)
  local extra = {}
  for _, name in ipairs(names) do
    extra[name] = kinds[name]
  end
  option.check_call(options, extra)
  if options.reconcile ~= nil then
    misuse.raise("an ensure finds out by itself what a lost answer did: leave out reconcile")
  end
end

--- Begins an ensure. Raises for options that it does not have.
---@param client rtk.Client
---@param options? table<string, any>
---@param ... string the names of the options that calls do not have
---@return rtk.EnsureSteps
function steps.new(client, options, ...)
  options = input_table.deep("options", options or {})
  misuse.check("options", options, "table")
  check(options, { ... })
  local self = setmetatable({ given = {}, _options = {}, _pause = FIRST_PAUSE }, Steps)
  for name, value in pairs(options) do
    local target = kinds[name] and self.given or self._options
    target[name] = value
  end
  self._runtime = client._channel.runtime
  self._ends_at = options.total_timeout and self._runtime:now() + options.total_timeout
  return self
end

--- The options of the next call.
---@param reconcile? fun(): (table|false)?, string?
---@return rtk.CallOptions options a new table
function Steps:options(reconcile)
  local options = { reconcile = reconcile }
  for name, value in pairs(self._options) do
    options[name] = value
  end
  if self._ends_at then
    options.total_timeout = math.max(SHORTEST_TIME, self._ends_at - self._runtime:now())
  end
  return options
end

--- Lets all calls go before others at the rate limit, unless the options say something else.
function Steps:put_first()
  if self._options.priority == nil then self._options.priority = true end
end

--- Seconds of a monotonic clock.
---@return number
function Steps:now()
  return self._runtime:now()
end

--- Waits a little, longer each time.
---@param limit? number time of the clock which the wait must not pass
---@return boolean ok false, at once, if the wait would pass the limit or the end of the ensure
function Steps:pause(limit)
  local seconds = self._pause
  local latest = math.min(limit or math.huge, self._ends_at or math.huge)
  if self._runtime:now() + seconds > latest then return false end
  self._pause = math.min(seconds * 2, LONGEST_PAUSE)
  self._runtime:sleep(seconds)
  return true
end

return steps
