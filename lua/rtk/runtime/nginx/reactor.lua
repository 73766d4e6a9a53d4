-- SPDX-License-Identifier: MIT
-- Steps the dispatchers with calls in flight when they have something to do.
--
-- The reactor runs in a timer from the first call until shortly after the last one, so that it
-- neither wakes an idle worker, nor delays its exit, nor keeps alive a Lua VM that served a single
-- request. A waker wakes it; without one it polls every few milliseconds while calls are in flight.

local core = require("rtk.core")
local waker_socket = require("rtk.runtime.nginx.waker_socket")

local ngx = package.loaded.ngx

local reactor = {}

-- Seconds between sweeps over everything that the waker does not report; the second while the
-- worker waits to exit.
local SWEEP_INTERVAL, EXITING_SWEEP_INTERVAL = 0.5, 0.05

-- Seconds between polls without a waker.
local SHORTEST_POLL, LONGEST_POLL = 0.001, 0.008

-- A reactor that lost so many wakers polls instead.
local MOST_WAKERS = 5

-- Seconds of decoding after which other requests have their turn; about what one call takes then.
local TURN = 0.00005

-- The waker sends one byte; more arrive only when the reactor was also woken by itself.
local MOST_BYTES = 16

local function leave(calls)
  calls.is_leaving = true
  if calls.waker then calls.waker:wake() end
end

local function sweep(calls)
  calls:cancel_abandoned()
  calls:step_all()
end

-- Runs in a light thread beside the reactor. It must not raise, or the reactor would never leave.
local function sweep_regularly(calls)
  while true do
    local is_exiting = ngx.worker.exiting()
    local submit_count = calls.submit_count
    ngx.sleep(is_exiting and EXITING_SWEEP_INTERVAL or SWEEP_INTERVAL)
    local ok, message = pcall(sweep, calls)
    if not ok then calls.failure = message end
    local is_idle = calls.count == 0 and (is_exiting or calls.submit_count == submit_count)
    if is_idle or not ok then leave(calls) end
  end
end

local function poll(calls)
  local interval = SHORTEST_POLL
  while calls.count > 0 do
    ngx.sleep(interval)
    interval = calls:step_all() and SHORTEST_POLL or math.min(interval * 2, LONGEST_POLL)
  end
end

-- Finishes a call of each dispatcher that is ready. Returns whether there may be more. With a
-- single dispatcher, asking the waker would cost more than the step, which knows what else is
-- ready.
local function step_ready(calls, waker)
  local number = calls:only_number()
  if number then
    local is_busy, has_more = calls:step(number, 1)
    if has_more ~= nil then return has_more end
    return is_busy
  end
  local is_busy = false
  for _, ready in ipairs(waker:ready()) do
    is_busy = calls:step(ready, 1) or is_busy
  end
  return is_busy
end

-- Takes results. Their calls go on as soon as the reactor waits, if the turn's time is not over by
-- then. Otherwise they go on one by one, each in a turn of its own, because what a call makes of a
-- result takes about as long as decoding it; other requests run in between. Returns whether there
-- may be more to do.
local function take_turn(calls, waker)
  if not calls:wake() then
    local stop = core.now() + TURN
    local is_over
    calls.defers = true
    repeat
      calls.has_more = step_ready(calls, waker)
      is_over = core.now() >= stop
    until is_over or not calls.has_more
    calls.defers = false
    while not is_over and calls:wake() do
    end
  end
  return calls.first_due or calls.has_more
end

-- Returns true when told to leave, false when the waker was lost.
local function listen(calls, waker, socket)
  while not calls.is_leaving do
    if not socket:receiveany(MOST_BYTES) then return false end
    -- Waking itself is faster than having the waker's thread find out.
    if take_turn(calls, waker) then
      waker:wake()
    else
      waker:rearm()
    end
  end
  return true
end

-- Listens with one waker. Returns nil when there is none.
local function listen_once(calls)
  local waker, socket = waker_socket.open()
  if not waker then return nil end
  calls:set_waker(waker)
  local ok, has_left = pcall(listen, calls, waker, socket)
  calls.defers = false
  while calls:wake() do
  end
  calls:set_waker(nil)
  waker:close()
  socket:close()
  if not ok then error(has_left, 0) end
  return has_left
end

local function serve(calls)
  for _ = 1, MOST_WAKERS do
    local has_left = listen_once(calls)
    if has_left == nil then break end
    if has_left or calls.count == 0 then return end
    if ngx.worker.exiting() then
      -- While exiting, only worker_shutdown_timeout closes connections.
      return calls:cancel_all("the worker process is shutting down")
    end
  end
  poll(calls)
end

local function run(_, calls)
  calls.has_reactor = true
  local sweeper = ngx.thread.spawn(sweep_regularly, calls)
  local ok, message = pcall(serve, calls)
  ngx.thread.kill(sweeper)
  calls.is_started, calls.has_reactor = false, false
  if not ok then calls.failure = message end
  if calls.failure then calls:cancel_all(tostring(calls.failure)) end
  calls.failure = nil
end

--- Starts a reactor unless there is one.
---@param calls rtk.NginxInFlight
---@return true? ok
---@return string? message when nginx has no timer for it
function reactor.start(calls)
  calls.is_leaving = false
  if calls.is_started then return true end
  local ok, message = ngx.timer.at(0, run, calls)
  if not ok then return nil, message end
  calls.is_started = true
  return true
end

--- Starts another reactor when the timer of the first did not run, which happens when nginx has too
--- many running timers.
---@param calls rtk.NginxInFlight
function reactor.restart(calls)
  if calls.has_reactor then return end
  calls:step_all()
  calls.is_started = false
  reactor.start(calls)
end

return reactor
