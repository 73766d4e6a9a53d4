-- SPDX-License-Identifier: MIT
-- The calls of one job, such as an ensure: each gets the options of the job, and what is left of
-- its time.

local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local option = require("rtk.config.options")
local validate = require("rtk.validate")

---@class rtk.EnsureOptions: rtk.CallOptions
---@field total_timeout? number seconds for all of its calls and waits
---@field once? rtk.Once runs it while nobody else with such a lock runs the same

---@class rtk.EnsureStartedOptions: rtk.EnsureOptions
---@field wait? number seconds to wait at most for one that is still stopping; default 30

---@class rtk.EnsureParticipantOptions: rtk.EnsureOptions
---@field participant_id? string an id from before, which saves reading the list

---@class rtk.EnsureSteps
---@field given table<string, any> the options that no call takes
---@field package _client rtk.Client
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
  once = function(name, value)
    misuse.check(name, value, "table")
    if type(value.run) ~= "function" then misuse.raise(name .. " must be made by rtk.once") end
  end,
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
    misuse.raise("this finds out by itself what a lost answer did: leave out reconcile")
  end
end

--- Begins a job. Raises for options that it does not have. Its time is total_timeout, or that of
--- the client.
---@param client rtk.Client
---@param options? table<string, any>
---@param ... string the names of the options that calls do not have
---@return rtk.EnsureSteps
function steps.new(client, options, ...)
  options = input_table.shallow("options", options or {})
  misuse.check("options", options, "table")
  check(options, { ... })
  local self = setmetatable({ given = {}, _options = {}, _pause = FIRST_PAUSE }, Steps)
  for name, value in pairs(options) do
    local target = kinds[name] and self.given or self._options
    target[name] = value
  end
  self._client, self._runtime = client, client._channel.runtime
  local seconds = options.total_timeout or client._channel.settings.total_timeout
  self._ends_at = seconds and self._runtime:now() + seconds
  return self
end

--- Whether its time is over.
---@return boolean
function Steps:is_over()
  return self._ends_at ~= nil and self._runtime:now() >= self._ends_at
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

-- The key of a lock: whom the ensure is about, in which app.
local function key_of(self, parts)
  local scope, all = self._client._scope, { "ensure" }
  all[2] = tostring(self._options.account_id or scope.account_id)
  all[3] = tostring(self._options.app_id or scope.app_id)
  for _, part in ipairs(parts) do
    all[#all + 1] = part
  end
  return table.concat(all, " ")
end

--- Runs the ensure, under the lock that the option `once` asks for.
---@param parts string[] what it is about
---@param f fun(): any, any, rtk.Error?
---@return any value
---@return any outcome, or the message
---@return rtk.Error? err
function Steps:run(parts, f)
  local once = self.given.once
  if not once then return f() end
  local left = self._ends_at and math.max(0, self._ends_at - self._runtime:now())
  return once:run(key_of(self, parts), f, { wait = left })
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
