-- SPDX-License-Identifier: MIT
-- The life cycle of sessions. The first participant who joins a meeting starts one. It ends when it
-- has been empty for its keep-alive time, or at once by kick-all. A session is a record with
-- meeting_id, started, ended?, reason?, max_concurrent and `peers`; times are milliseconds of the
-- clock. It names its account and app, so that scheduled tasks can find it.
--
-- Plans the tasks after the end (links, transcripts), which rtk.emulator.sessions.downloads runs.
local clock = require("rtk.emulator.state.clock")
local collection = require("rtk.emulator.state.collection")
local events = require("rtk.emulator.webhooks.events")
local livestream_lifecycle = require("rtk.emulator.livestreams.lifecycle")
local peers = require("rtk.emulator.sessions.peers")
local record = require("rtk.emulator.state.record")
local recording_lifecycle = require("rtk.emulator.recordings.lifecycle")

local lifecycle = {}

local DEFAULT_KEEP_ALIVE_SECONDS = 60

-- The lifecycles that follow a session, by session_started and room_emptied.
local FOLLOWERS = { recording_lifecycle, livestream_lifecycle }

-- How long the service takes after the end of a session, in milliseconds.
local CHAT_DELAY = 5000
local TRANSCRIPT_DELAY = 10000

--- The session that is in progress in a meeting, or nil.
---@param app table
---@param meeting_id string
---@return table? session
function lifecycle.active(app, meeting_id)
  return app:all("sessions"):find(function(session)
    return session.meeting_id == meeting_id and not session.ended
  end)
end

--- The peers that are in a session now.
---@param session table
---@return table[]
function lifecycle.present(session)
  return session.peers:select(function(peer)
    return not peer.left
  end)
end

--- Plans a task of a session.
---@param emulator rtk.Emulator
---@param session table
---@param kind string
---@param delay integer milliseconds from now
function lifecycle.plan(emulator, session, kind, delay)
  emulator.schedule:add({
    at = emulator.clock:now() + delay,
    kind = kind,
    account_id = session.account_id,
    app_id = session.app_id,
    session_id = session.id,
  })
end

--- The objects of a session's task.
---@param emulator rtk.Emulator
---@param task table
---@return table app
---@return table session
---@return table meeting
function lifecycle.of_task(emulator, task)
  local app = emulator.store:account(task.account_id).apps:get(task.app_id)
  local session = app:all("sessions"):get(task.session_id)
  return app, session, app:all("meetings"):get(session.meeting_id)
end

local function stay_alive(emulator, session)
  emulator.schedule:cancel(function(task)
    return task.kind == "session.expire" and task.session_id == session.id
  end)
end

local function publish(emulator, app, session, name, more)
  local meeting = app:all("meetings"):get(session.meeting_id)
  local payload = { event = name, meeting = events.meeting(app, meeting, session) }
  for key, value in pairs(more or {}) do
    payload[key] = value
  end
  events.publish(emulator, app, payload)
end

local function notify_followers(emulator, app, session, event)
  local meeting = app:all("meetings"):get(session.meeting_id)
  for _, follower in ipairs(FOLLOWERS) do
    follower[event](emulator, app, meeting)
  end
end

local function start(emulator, account_id, app, meeting)
  local session = record.new(emulator, {})
  session.account_id, session.app_id, session.meeting_id = account_id, app.id, meeting.id
  session.started, session.max_concurrent = session.created, 0
  session.peers, session.chat, session.speech, session.polls = collection.new(), {}, {}, {}
  app:all("sessions"):add(session)
  publish(emulator, app, session, "meeting.started")
  return session
end

--- Joins a participant to a meeting.
---@param emulator rtk.Emulator
---@param account_id string
---@param app table
---@param meeting table
---@param participant table
---@param name? string
---@return table peer
function lifecycle.join(emulator, account_id, app, meeting, participant, name)
  local session = lifecycle.active(app, meeting.id) or start(emulator, account_id, app, meeting)
  stay_alive(emulator, session)
  local peer = session.peers:add(peers.new(emulator, app, session, participant, name))
  session.max_concurrent = math.max(session.max_concurrent, #lifecycle.present(session))
  session.updated = peer.joined
  publish(emulator, app, session, "meeting.participantJoined", { participant = peers.event(peer) })
  if #session.peers:select() == 1 then
    notify_followers(emulator, app, session, "session_started")
  end
  return peer
end

local function put_out(emulator, app, session, peer)
  peers.leave(emulator, peer)
  session.updated = peer.left
  publish(emulator, app, session, "meeting.participantLeft", { participant = peers.event(peer) })
end

--- Ends a session; participants who are present leave.
---@param emulator rtk.Emulator
---@param app table
---@param session table
---@param reason "ALL_PARTICIPANTS_LEFT"|"HOST_ENDED_MEETING"
function lifecycle.finish(emulator, app, session, reason)
  for _, peer in ipairs(lifecycle.present(session)) do
    put_out(emulator, app, session, peer)
  end
  stay_alive(emulator, session)
  session.ended, session.reason = emulator.clock:tick(), reason
  session.updated = session.ended
  publish(emulator, app, session, "meeting.ended", { reason = reason })
  lifecycle.plan(emulator, session, "session.sync_chat", CHAT_DELAY)
  lifecycle.plan(emulator, session, "session.transcribe", TRANSCRIPT_DELAY)
  notify_followers(emulator, app, session, "room_emptied")
end

--- Removes a peer from its session, which continues for the meeting's keep-alive time.
---@param emulator rtk.Emulator
---@param app table
---@param session table
---@param peer table
function lifecycle.leave(emulator, app, session, peer)
  put_out(emulator, app, session, peer)
  if #lifecycle.present(session) > 0 then return end
  local fields = app:all("meetings"):get(session.meeting_id).fields
  local seconds = fields.session_keep_alive_time_in_secs or DEFAULT_KEEP_ALIVE_SECONDS
  if seconds <= 0 then return lifecycle.finish(emulator, app, session, "ALL_PARTICIPANTS_LEFT") end
  lifecycle.plan(emulator, session, "session.expire", math.floor(seconds * 1000))
  notify_followers(emulator, app, session, "room_emptied")
end

--- Minutes that all peers of a session together have spent in it, so far if it is in progress.
---@param emulator rtk.Emulator
---@param session table
---@return number
function lifecycle.minutes(emulator, session)
  local total = 0
  for _, peer in ipairs(session.peers:select()) do
    total = total + peers.milliseconds(emulator, peer)
  end
  return clock.minutes(total)
end

lifecycle.tasks = {
  ["session.expire"] = function(emulator, task)
    local app, session = lifecycle.of_task(emulator, task)
    lifecycle.finish(emulator, app, session, "ALL_PARTICIPANTS_LEFT")
  end,
}

return lifecycle
