-- SPDX-License-Identifier: MIT
-- Controls of livestreams for tests: ingest, viewers and failure, which no operation can cause.
-- Misuse raises at the caller's line.
local arguments = require("rtk.emulator.util.arguments")
local lifecycle = require("rtk.emulator.livestreams.lifecycle")
local livestream_sessions = require("rtk.emulator.livestreams.sessions")

local controls = {}

-- What the calls take.
controls.takes = {
  start_ingest = arguments.of("start_ingest", { "id string" }),
  stop_ingest = arguments.of("stop_ingest", { "id string" }),
  add_viewers = arguments.of("add_viewers", { "id string", "count number" }),
  fail_livestream = arguments.of("fail_livestream", { "id string", "message string" }),
}

-- From here to the caller of a call that this is part of.
local CALLER = 3

--- The livestream that a call names, and its session in progress; the clock ticks.
local function find(emulator, call, id)
  local app, livestream = emulator.store:owner_of("livestreams", id)
  if not livestream then error(call .. ": there is no livestream " .. id, CALLER) end
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
  controls.takes.start_ingest:check(given)
  controls.takes.start_ingest:need(given, "id")
  local app, livestream, session = find(emulator, "start_ingest", given.id)
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
  controls.takes.stop_ingest:check(given)
  controls.takes.stop_ingest:need(given, "id")
  local app, livestream, session = find(emulator, "stop_ingest", given.id)
  check_own("stop_ingest", livestream)
  if not session then error("stop_ingest: the livestream is not receiving a stream", 2) end
  lifecycle.stop_ingest(emulator, app, livestream)
end

--- Lets viewers come to a livestream that is in progress: one, or `count`, which is negative for
--- viewers who go. They watch until they go or the livestream ends.
---@param emulator rtk.Emulator
---@param given { id: string, count?: integer }
function controls.add_viewers(emulator, given)
  controls.takes.add_viewers:check(given)
  controls.takes.add_viewers:need(given, "id")
  local _, _, session = find(emulator, "add_viewers", given.id)
  local count = given.count == nil and 1 or given.count
  if count % 1 ~= 0 then error("add_viewers: count must be a whole number", 2) end
  if not session then error("add_viewers: the livestream is not in progress", 2) end
  livestream_sessions.add_viewers(emulator, session, count)
end

--- Ends a livestream that is in progress with an error.
---@param emulator rtk.Emulator
---@param given { id: string, message?: string }
function controls.fail(emulator, given)
  controls.takes.fail_livestream:check(given)
  controls.takes.fail_livestream:need(given, "id")
  local app, livestream, session = find(emulator, "fail_livestream", given.id)
  if not session then error("fail_livestream: the livestream is not in progress", 2) end
  lifecycle.fail(emulator, app, livestream, given.message or "The stream was interrupted")
end

return controls
