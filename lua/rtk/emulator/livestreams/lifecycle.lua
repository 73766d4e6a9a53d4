-- SPDX-License-Identifier: MIT
-- The life cycle of livestreams. A meeting's livestream is INVOKED, LIVE a few seconds later, and
-- IDLE a few seconds after a stop; in between it is `stopping`. A meeting keeps its livestream: the
-- next start is a new session of it. An app's livestream is LIVE during ingest and IDLE otherwise;
-- so is a meeting's that was started with manual_ingest.
--
-- A livestream is a record with status, stream_key, playback_url and meeting_id?. Every change of
-- status is made here, at the clock's time.
local livestream_events = require("rtk.emulator.livestreams.events")
local livestream_sessions = require("rtk.emulator.livestreams.sessions")
local record = require("rtk.emulator.state.record")
local room = require("rtk.emulator.meetings.room")

local lifecycle = {}

-- Milliseconds.
local START_TIME, STOP_TIME = 3000, 3000

local KEY_DIGITS, VIDEO_DIGITS = 64, 32

local PLAYBACK_URL =
  "https://customer-0emulator0stream0.cloudflarestream.com/%s/manifest/video.m3u8"

--- The livestream that a meeting has, live or not.
---@param app table
---@param meeting_id string
---@return table? livestream
function lifecycle.of_meeting(app, meeting_id)
  return app:all("livestreams"):find(function(livestream)
    return livestream.meeting_id == meeting_id
  end)
end

--- Plans a task of a livestream, or of one of its sessions.
local function plan(emulator, livestream, action, delay, session)
  emulator.schedule:add({
    at = emulator.clock:now() + delay,
    kind = "livestreams." .. action,
    livestream_id = livestream.id,
    session_id = session and session.id,
  })
end

local function change(emulator, livestream, status)
  livestream.status, livestream.updated = status, emulator.clock:now()
end

local function add(emulator, app, fields, meeting_id)
  local livestream = record.new(emulator, fields)
  livestream.meeting_id, livestream.status = meeting_id, "INVOKED"
  livestream.stream_key = emulator.ids:hex(KEY_DIGITS)
  livestream.playback_url = PLAYBACK_URL:format(emulator.ids:hex(VIDEO_DIGITS))
  return app:all("livestreams"):add(livestream)
end

--- Creates a livestream of the app, which waits for ingest.
---@param emulator rtk.Emulator
---@param app table
---@param fields table
---@return table livestream
function lifecycle.create(emulator, app, fields)
  local livestream = add(emulator, app, fields)
  plan(emulator, livestream, "settle", START_TIME)
  return livestream
end

local function go_live(emulator, app, livestream, session)
  session.started = emulator.clock:now()
  session.updated = session.started
  change(emulator, livestream, "LIVE")
  livestream_events.publish(emulator, app, livestream, "LIVE")
end

--- Begins to stream a meeting whose livestream is not in progress.
---@param emulator rtk.Emulator
---@param app table
---@param meeting table
---@param fields table
---@return table livestream
function lifecycle.start(emulator, app, meeting, fields)
  local livestream = lifecycle.of_meeting(app, meeting.id) or add(emulator, app, fields, meeting.id)
  livestream.fields.name = fields.name or livestream.fields.name
  local session = livestream_sessions.open(emulator, app, livestream)
  change(emulator, livestream, "INVOKED")
  livestream.is_manual = fields.manual_ingest
  if not livestream.is_manual then plan(emulator, livestream, "begin", START_TIME, session) end
  return livestream
end

--- Starts the ingest of a livestream of the app, or of a session that waits for it.
---@param emulator rtk.Emulator
---@param app table
---@param livestream table
function lifecycle.start_ingest(emulator, app, livestream)
  local session = livestream_sessions.current(app, livestream)
    or livestream_sessions.open(emulator, app, livestream)
  go_live(emulator, app, livestream, session)
end

local function finish(emulator, app, livestream, status, err_message)
  local session = livestream_sessions.current(app, livestream)
  if session then
    session.stopped, session.err_message = emulator.clock:now(), err_message
    session.updated = session.stopped
  end
  livestream.stopping = nil
  change(emulator, livestream, status)
  livestream_events.publish(emulator, app, livestream, "OFFLINE")
end

--- Stops the ingest of a livestream of the app.
---@param emulator rtk.Emulator
---@param app table
---@param livestream table
function lifecycle.stop_ingest(emulator, app, livestream)
  finish(emulator, app, livestream, "IDLE")
end

--- Ends a livestream with an error.
---@param emulator rtk.Emulator
---@param app table
---@param livestream table
---@param err_message? string
function lifecycle.fail(emulator, app, livestream, err_message)
  finish(emulator, app, livestream, "ERRORED", err_message)
end

--- Starts to stop the livestream of a meeting.
---@param emulator rtk.Emulator
---@param app table
---@param livestream table
function lifecycle.stop(emulator, app, livestream)
  livestream.stopping = true
  local session = livestream_sessions.current(app, livestream)
  plan(emulator, livestream, "stop", STOP_TIME, session)
end

--- The objects of a task; no session if the task's session has ended.
local function find(emulator, task)
  local app, livestream = emulator.store:owner_of("livestreams", task.livestream_id)
  local session = livestream_sessions.current(app, livestream)
  if session and session.id ~= task.session_id then session = nil end
  return app, livestream, session
end

local function begin(emulator, task)
  local app, livestream, session = find(emulator, task)
  if not session or livestream.stopping then return end
  go_live(emulator, app, livestream, session)
end

local function settle(emulator, task)
  local app, livestream = find(emulator, task)
  if livestream.status ~= "INVOKED" then return end
  change(emulator, livestream, "IDLE")
  livestream_events.publish(emulator, app, livestream, "IDLE")
end

local function stop(emulator, task)
  local app, livestream, session = find(emulator, task)
  if session then finish(emulator, app, livestream, "IDLE") end
end

local function room_empty(emulator, task)
  local app = emulator.store:owner_of("meetings", task.meeting_id)
  local livestream = lifecycle.of_meeting(app, task.meeting_id)
  if not livestream or livestream.stopping or not livestream_sessions.current(app, livestream) then
    return
  end
  if room.is_deserted(emulator, app, task.meeting_id) then
    lifecycle.stop(emulator, app, livestream)
  end
end

--- Streams the meeting of a session that has started, if the meeting asks for it.
---@param emulator rtk.Emulator
---@param app table
---@param meeting table
function lifecycle.session_started(emulator, app, meeting)
  if not meeting.fields.live_stream_on_start then return end
  local livestream = lifecycle.of_meeting(app, meeting.id)
  if livestream and livestream_sessions.current(app, livestream) then return end
  lifecycle.start(emulator, app, meeting, {})
end

--- Plans the end of the meeting's livestream after its room has become empty.
---@param emulator rtk.Emulator
---@param app table
---@param meeting table
function lifecycle.room_emptied(emulator, app, meeting)
  room.plan(emulator, app, meeting.id, "livestreams.room_empty")
end

lifecycle.tasks = {
  ["livestreams.begin"] = begin,
  ["livestreams.settle"] = settle,
  ["livestreams.stop"] = stop,
  ["livestreams.room_empty"] = room_empty,
}

return lifecycle
