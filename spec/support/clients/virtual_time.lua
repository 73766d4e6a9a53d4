-- SPDX-License-Identifier: MIT
-- Virtual time, which passes only while a runtime waits, and transports whose replies take
-- some of it. Specs of waiting are exact with it, and quick.

local blocking = require("rtk.runtime.blocking")
local core = require("rtk.core")

local virtual_time = {}

local Clock = {}
Clock.__index = Clock

--- Puts virtual time in the place of core.now, core.sleep and core.wait.
---@return table clock with now, and the list of sleeps; clock:stop() puts them back
function virtual_time.start()
  local clock = setmetatable({ now = 1000, sleeps = {}, _transports = {} }, Clock)
  clock._real = { now = core.now, sleep = core.sleep, wait = core.wait }
  core.now = function()
    return clock.now
  end
  core.sleep = function(seconds)
    clock.sleeps[#clock.sleeps + 1] = seconds
    clock.now = clock.now + seconds
    return 0
  end
  core.wait = function(descriptors, timeout)
    clock:_wait(descriptors, timeout)
  end
  return clock
end

function Clock:stop()
  for name, f in pairs(self._real) do
    core[name] = f
  end
end

function Clock:_wait(descriptors, timeout)
  local moment = self.now + timeout
  for _, descriptor in ipairs(descriptors) do
    moment = math.min(moment, self._transports[descriptor]:_earliest())
  end
  assert(moment > self.now, "waits for what is there already")
  self.now = moment
end

local Transport = {}
Transport.__index = Transport

--- Makes a transport on this clock.
---@param answer fun(request: table): table, number gives result fields and a delay in seconds
---@return table transport with the list of requests, and the most that were pending
function Clock:transport(answer)
  local transport = setmetatable({
    requests = {},
    steps = 0,
    most_pending = 0,
    _clock = self,
    _answer = answer,
    _pending = {},
  }, Transport)
  self._transports[#self._transports + 1] = transport
  transport._descriptor = #self._transports
  return transport
end

local Runtime = {}
Runtime.__index = Runtime

--- Makes a blocking runtime on a transport of this clock.
---@return table runtime with get(name, delay), which returns the name, and sleep(seconds)
function Clock:runtime()
  local transport = self:transport(function(request)
    return { text = request.url }, request.delay
  end)
  local runtime = setmetatable({ transport = transport }, Runtime)
  runtime._blocking = blocking.new(transport)
  return runtime
end

function Runtime:get(name, delay)
  return self._blocking:send({ url = name, delay = delay }).text
end

function Runtime:sleep(seconds)
  self._blocking:sleep(seconds)
end

function Transport:submit(request)
  local id = #self.requests + 1
  self.requests[id] = request
  local result, delay = self._answer(request)
  result.id, result.elapsed = id, delay
  if not result.kind then
    result.status = result.status or 200
    result.headers = result.headers or ("HTTP/1.1 %d X\r\n\r\n"):format(result.status)
  end
  table.insert(self._pending, { moment = self._clock.now + delay, result = result })
  self.most_pending = math.max(self.most_pending, #self._pending)
  return id
end

function Transport:_earliest()
  local moment = math.huge
  for _, entry in ipairs(self._pending) do
    moment = math.min(moment, entry.moment)
  end
  return moment
end

function Transport:step(timeout, limit)
  self.steps = self.steps + 1
  if #self._pending == 0 then return {} end
  local clock, results = self._clock, {}
  clock.now = math.max(clock.now, math.min(clock.now + timeout, self:_earliest()))
  for index = 1, #self._pending do
    local entry = self._pending[index - #results]
    if entry.moment <= clock.now and #results < (limit or math.huge) then
      results[#results + 1] = entry.result
      table.remove(self._pending, index - #results + 1)
    end
  end
  return results
end

function Transport:cancel(id)
  for index, entry in ipairs(self._pending) do
    if entry.result.id == id then
      table.remove(self._pending, index)
      return true, true
    end
  end
  return false
end

function Transport:pending()
  return #self._pending
end

function Transport:fd()
  return self._descriptor
end

function Transport:close()
  self._pending = {}
end

--- Gives each test of the describe around this call a new clock.
---@param take fun(clock: table) keeps the clock for the test
function virtual_time.around(take)
  -- Not every program that uses virtual time is a spec.
  local busted = require("busted")
  local clock
  busted.before_each(function()
    clock = virtual_time.start()
    take(clock)
  end)
  busted.after_each(function()
    clock:stop()
  end)
end

return virtual_time
