-- SPDX-License-Identifier: MIT
-- Steps the inboxes of a hub when they have something to do.
--
-- It lives in a timer, from the first call on until a moment after the last,
-- so that neither an idle worker is woken nor one that exits held up, nor a Lua
-- VM that served one request only kept for ever. A relay wakes it; where there
-- is none it looks every few milliseconds while calls are in flight.

local wire = require("rtk.runtime.nginx.waker_socket")

local reactor = {}

-- Seconds between two looks at what no relay reports, normally and while the
-- worker waits to exit.
local SWEEP, EXITING_SWEEP = 0.5, 0.05

-- Seconds between two looks at inboxes without a relay.
local SHORTEST_POLL, LONGEST_POLL = 0.001, 0.008

-- More relays lost in the life of one reactor, and it polls instead.
local MOST_RELAYS = 5

-- More than one byte comes only when the reactor is called besides.
local MOST_BYTES = 16

local function leave(hub)
  hub.is_leaving = true
  if hub.relay then hub.relay:wake() end
end

local function look_after(hub)
  hub:reap()
  hub:step_all()
end

-- A light thread besides the one that steps. It must not raise: without it the
-- reactor would stay for ever.
local function sweep(hub)
  while true do
    local is_exiting = ngx.worker.exiting()
    local sends = hub.sends
    ngx.sleep(is_exiting and EXITING_SWEEP or SWEEP)
    local ok, message = pcall(look_after, hub)
    if not ok then hub.failure = message end
    local is_idle = hub.count == 0 and (is_exiting or hub.sends == sends)
    if is_idle or not ok then leave(hub) end
  end
end

local function poll(hub)
  local pause = SHORTEST_POLL
  while hub.count > 0 do
    ngx.sleep(pause)
    pause = hub:step_all() and SHORTEST_POLL or math.min(pause * 2, LONGEST_POLL)
  end
end

-- Does one thing: other requests are to get their turn before the next. To make a result takes a
-- while, and so does what its call does with it; hence the one in this turn, the other in the next.
local function take_turn(hub, relay)
  if hub:wake_next() then return end
  hub.wakes_later = true
  for _, number in ipairs(relay:ready()) do
    hub:step(number, 1)
  end
  hub.wakes_later = false
end

-- Until told to leave; false when the relay was lost.
local function listen(hub, relay, socket)
  while not hub.is_leaving do
    if not socket:receiveany(MOST_BYTES) then return false end
    take_turn(hub, relay)
    -- Faster than to have the relay's thread find out.
    if hub:has_finished() or relay:ready()[1] then
      relay:wake()
    else
      relay:rearm()
    end
  end
  return true
end

-- With one relay. Nil when there is none to be had.
local function listen_once(hub)
  local relay, socket = wire.open()
  if not relay then return nil end
  hub:set_relay(relay)
  local ok, has_left = pcall(listen, hub, relay, socket)
  hub:wake_all()
  hub:set_relay(nil)
  relay:close()
  socket:close()
  if not ok then error(has_left, 0) end
  return has_left
end

local function serve(hub)
  for _ = 1, MOST_RELAYS do
    local has_left = listen_once(hub)
    if has_left == nil then break end
    if has_left or hub.count == 0 then return end
    if ngx.worker.exiting() then
      -- Only worker_shutdown_timeout closes connections then.
      return hub:cancel_all("the worker process is shutting down")
    end
  end
  poll(hub)
end

local function run(_, hub)
  hub.has_begun = true
  local sweeper = ngx.thread.spawn(sweep, hub)
  local ok, message = pcall(serve, hub)
  ngx.thread.kill(sweeper)
  hub.is_started, hub.has_begun = false, false
  if not ok then hub.failure = message end
  if hub.failure then hub:cancel_all(tostring(hub.failure)) end
  hub.failure = nil
end

--- Makes sure that a hub has a reactor.
---@param hub table
---@return true? ok
---@return string? message when nginx has no timer for it
function reactor.start(hub)
  hub.is_leaving = false
  if hub.is_started then return true end
  local ok, message = ngx.timer.at(0, run, hub)
  if not ok then return nil, message end
  hub.is_started = true
  return true
end

--- Does without a reactor that was started but did not begin, which happens
--- when nginx has too many running timers, and starts another.
---@param hub table
function reactor.replace(hub)
  if hub.has_begun then return end
  hub:step_all()
  hub.is_started = false
  reactor.start(hub)
end

return reactor
