-- SPDX-License-Identifier: MIT
-- Objects as rows of the page's tables: little of each, times in milliseconds. Unlike the API's
-- views they make no links and no tokens, so that looking changes nothing.
local json = require("rtk.emulator.util.json")
local livestream_sessions = require("rtk.emulator.livestreams.sessions")
local session_lifecycle = require("rtk.emulator.sessions.lifecycle")

local rows = {}

-- A room may hold thousands.
local MOST_PEOPLE = 50

local function title_of(app, meeting_id)
  local meeting = meeting_id and app:all("meetings"):get(meeting_id)
  return meeting and meeting.fields.title
end

--- An app, with the account that it belongs to.
function rows.app(place)
  local app = place.app
  return {
    account_id = place.account_id,
    created = app and app.created,
    id = place.id,
    meetings = app and #app:all("meetings"):select() or 0,
    name = app and app.fields.name or "Default app",
  }
end

function rows.meeting(meeting, _, app, live)
  local session = live[meeting.id]
  return {
    created = meeting.created,
    id = meeting.id,
    participants = meeting.participants and #meeting.participants:select() or 0,
    present = session and #session_lifecycle.present(session) or 0,
    session_id = session and session.id,
    status = meeting.fields.status or "ACTIVE",
    title = title_of(app, meeting.id),
  }
end

--- A peer: a participant who is, or was, in a session.
function rows.peer(peer)
  return {
    id = peer.id,
    joined = peer.joined,
    left = peer.left,
    muted = peer.is_muted == true,
    name = peer.fields.display_name,
    participant_id = peer.participant_id,
  }
end

--- A session in progress with the people in it.
function rows.room(session, _, app)
  local present, people = session_lifecycle.present(session), json.array()
  for index = 1, math.min(#present, MOST_PEOPLE) do
    people[index] = rows.peer(present[index])
  end
  return {
    id = session.id,
    meeting_id = session.meeting_id,
    people = people,
    present = #present,
    started = session.started,
    title = title_of(app, session.meeting_id),
  }
end

function rows.participant(participant, _, app, live)
  local preset = app:all("presets"):get(participant.preset_id)
  local session = live[participant.meeting_id]
  local peer = session
    and session.peers:find(function(candidate)
      return candidate.participant_id == participant.id and not candidate.left
    end)
  return {
    custom_participant_id = participant.fields.custom_participant_id,
    id = participant.id,
    muted = peer and peer.is_muted == true or false,
    name = participant.fields.name,
    peer_id = peer and peer.id,
    preset_name = preset and preset.fields.name or participant.fields.preset_name,
    since = peer and peer.joined,
  }
end

function rows.session(session, emulator, app)
  return {
    ended = session.ended,
    id = session.id,
    max_concurrent = session.max_concurrent,
    meeting_id = session.meeting_id,
    minutes = session_lifecycle.minutes(emulator, session),
    present = #session_lifecycle.present(session),
    reason = session.reason,
    started = session.started,
    status = session.ended and "ENDED" or "LIVE",
    title = title_of(app, session.meeting_id),
  }
end

function rows.recording(recording, emulator, app)
  local run = recording.run_since and emulator.clock:now() - recording.run_since or 0
  return {
    created = recording.created,
    file_name = recording.file_name,
    file_size = recording.file_size,
    id = recording.id,
    meeting_id = recording.meeting_id,
    recorded = recording.recorded + run,
    session_id = recording.session_id,
    start_reason = recording.start_reason,
    started = recording.started,
    status = recording.status,
    stop_reason = recording.stop_reason,
    stopped = recording.stopped,
    title = title_of(app, recording.meeting_id),
    type = recording.is_track and "TRACK" or "COMPOSITE",
    uploaded = recording.uploaded,
  }
end

function rows.livestream_session(session, emulator)
  return {
    created = session.created,
    err_message = session.err_message,
    id = session.id,
    started = session.started,
    stopped = session.stopped,
    streamed = livestream_sessions.streamed(emulator, session),
    viewed = livestream_sessions.viewed(emulator, session),
    viewers = session.viewers,
  }
end

function rows.livestream(livestream, emulator, app)
  local session = livestream_sessions.current(app, livestream)
  local is_own = not livestream.meeting_id or livestream.is_manual
  return {
    created = livestream.created,
    current = session and rows.livestream_session(session, emulator),
    id = livestream.id,
    is_stopping = livestream.stopping == true,
    meeting_id = livestream.meeting_id,
    name = livestream.fields.name,
    status = livestream.status,
    takes_ingest = is_own == true
      and not (session and session.started)
      and (session ~= nil or not livestream.meeting_id),
    ends_ingest = is_own == true and session ~= nil,
    title = title_of(app, livestream.meeting_id),
  }
end

function rows.preset(preset)
  return {
    created = preset.created,
    id = preset.id,
    name = preset.fields.name,
    updated = preset.updated,
    view_type = (preset.fields.config or {}).view_type,
  }
end

function rows.webhook(webhook)
  return {
    created = webhook.created,
    enabled = webhook.fields.enabled ~= false,
    events = json.array(json.copy(webhook.fields.events)),
    id = webhook.id,
    name = webhook.fields.name,
    url = webhook.fields.url,
  }
end

function rows.delivery(delivery)
  local last = delivery.attempts[#delivery.attempts]
  return {
    at = last and last.at,
    attempts = #delivery.attempts,
    error = last and last.error,
    event = delivery.event,
    id = delivery.id,
    state = delivery.state,
    status = last and last.status,
    url = delivery.url,
    webhook_id = delivery.webhook_id,
  }
end

return rows
