-- SPDX-License-Identifier: MIT
-- Controls of livestreams for tests: ingest, viewers and failure, which no operation can cause.
-- Misuse raises at the caller's line.
local lifecycle = require("rtk.emulator.livestreams.lifecycle")
local livestream_sessions = require("rtk.emulator.livestreams.sessions")

local controls = {}

-- From here to the caller of the emulator's method.
local CALLER = 3

--- The livestream that a call names, and its session in progress; the clock ticks.
local function find(emulator, call, given)
  if type(given) ~= "table" or type(given.id) ~= "string" then
    error(call .. " needs { id = ... }, the livestream's id", CALLER)
  end
  local app, livestream = emulator.store:owner_of("livestreams", given.id)
  if not livestream then error(call .. ": there is no livestream " .. given.id, CALLER) end
  emulator.clock:tick()
  return app, livestream, livestream_sessions.current(app, livestream)
end

local function check_own(call, livestream)
  if livestream.meeting_id and not livestream.is_manual then
    error(call .. ": a meeting's livestream is started and stopped through the API", CALLER)
  end
end

--- Starts the ingest of an app's livestream, or of a meeting's that was started with manual_ingest;
--- it becomes LIVE.
---@param emulator rtk.Emulator
---@param given { id: string }
function controls.start(emulator, given)
  local app, livestream, session = find(emulator, "start_ingest", given)
  check_own("start_ingest", livestream)
  if session and session.started then
    error("start_ingest: the livestream is already receiving a stream", 2)
  end
  if livestream.meeting_id and not session then
    error("start_ingest: the meeting's livestream is not started", 2)
  end
  lifecycle.start_ingest(emulator, app, livestream)
end

--- Stops the ingest that `start` started; the livestream becomes IDLE.
---@param emulator rtk.Emulator
---@param given { id: string }
function controls.stop(emulator, given)
  local app, livestream, session = find(emulator, "stop_ingest", given)
  check_own("stop_ingest", livestream)
  if not session then error("stop_ingest: the livestream is not receiving a stream", 2) end
  lifecycle.stop_ingest(emulator, app, livestream)
end

--- Lets viewers come to a livestream that is in progress: one, or `count`, which is negative for
--- viewers who go. They watch until they go or the livestream ends.
---@param emulator rtk.Emulator
---@param given { id: string, count?: integer }
function controls.add_viewers(emulator, given)
  local _, _, session = find(emulator, "add_viewers", given)
  local count = given.count == nil and 1 or given.count
  if type(count) ~= "number" or count % 1 ~= 0 then
    error("add_viewers: count must be a whole number", 2)
  end
  if not session then error("add_viewers: the livestream is not in progress", 2) end
  livestream_sessions.add_viewers(emulator, session, count)
end

--- Ends a livestream that is in progress with an error.
---@param emulator rtk.Emulator
---@param given { id: string, message?: string }
function controls.fail(emulator, given)
  local app, livestream, session = find(emulator, "fail_livestream", given)
  if not session then error("fail_livestream: the livestream is not in progress", 2) end
  lifecycle.fail(emulator, app, livestream, given.message or "The stream was interrupted")
end

return controls
