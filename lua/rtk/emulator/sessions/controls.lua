-- SPDX-License-Identifier: MIT
-- Actions of participants, for tests: join, leave, chat, speak and unmute; and what they see of the
-- room. Each takes one table; an unknown member raises at the caller's line. An action that the
-- service would reject returns nil and a message.
local arguments = require("rtk.emulator.util.arguments")
local clock = require("rtk.emulator.state.clock")
local lifecycle = require("rtk.emulator.sessions.lifecycle")
local microphones = require("rtk.emulator.sessions.microphones")
local token = require("rtk.emulator.meetings.token")

local controls = {}

-- Whom a call is about: a peer, or a participant who is one.
local WHO = { "peer_id string", "participant_id string" }

-- Where, which is optional: a meeting, the default app and the emulator's account otherwise.
local PLACE = { "meeting_id string", "app_id string", "account_id string" }

-- What the calls take.
controls.takes = {
  join = arguments.of("join", { "token string", "participant_id string", "name string" }, PLACE),
  leave = arguments.of("leave", WHO, PLACE),
  chat = arguments.of("chat", { "text string", "type string" }, WHO, PLACE),
  speak = arguments.of("speak", { "text string", "seconds number" }, WHO, PLACE),
  unmute = arguments.of("unmute", WHO, PLACE),
  room = arguments.of("room", PLACE),
}

local MESSAGE_TYPES = { TEXT_MESSAGE = true, IMAGE_MESSAGE = true, FILE_MESSAGE = true }

local DEFAULT_LINE_SECONDS = 1.5

local function app_of(emulator, given)
  local account_id = given.account_id or emulator.account_id
  local app_id = given.app_id or emulator.app_id
  local app = emulator.store:account(account_id).apps:get(app_id)
  if app then return app, account_id end
  return nil, "No app found with id " .. app_id
end

--- The ids that a token stands for.
local function read_token(emulator, given)
  if not given.token then return given end
  local claims = token.read(given.token)
  if not claims then return nil, "the token is not one of the emulator" end
  if claims.exp * 1000 <= emulator.clock:now() then return nil, "the token has expired" end
  return {
    account_id = given.account_id,
    app_id = claims.orgId,
    meeting_id = claims.meetingId,
    participant_id = claims.participantId,
  }
end

-- Clients may use any account, so a meeting may be in another one.
local NO_MEETING =
  "No meeting found with id %s in the account %s: account_id and app_id name others"

local function find_participant(app, account_id, who)
  local meeting = app:all("meetings"):get(who.meeting_id or "")
  if not meeting then return nil, NO_MEETING:format(tostring(who.meeting_id), account_id) end
  local participant = meeting.participants and meeting.participants:get(who.participant_id)
  if not participant then return nil, "No user found with id " .. who.participant_id end
  return participant, meeting
end

--- Joins a participant, which starts a session if there is none. Takes a token, or the ids of the
--- meeting and the participant.
---@param emulator rtk.Emulator
---@param given { meeting_id?: string, participant_id?: string, token?: string, name?: string }
---@return { id: string, session_id: string, participant_id: string }? peer
---@return string? message
function controls.join(emulator, given)
  controls.takes.join:check(given)
  controls.takes.join:need(given, "token", "participant_id")
  if not given.token then controls.takes.join:need(given, "meeting_id") end
  local who, message = read_token(emulator, given)
  if not who then return nil, message end
  local app, account_id = app_of(emulator, who)
  if not app then return nil, account_id end
  local participant, meeting = find_participant(app, account_id, who)
  if not participant then return nil, meeting end
  if meeting.fields.status == "INACTIVE" then return nil, "the meeting is INACTIVE" end
  -- As observed: a participant who was added without a name gets a token that is of no use.
  if not (given.name or participant.fields.name or emulator.options.documented) then
    return nil, "0002: the participant has no name"
  end
  local peer = lifecycle.join(emulator, account_id, app, meeting, participant, given.name)
  return { id = peer.id, session_id = peer.session_id, participant_id = peer.participant_id }
end

--- The peer of a call, who has to be in a session now.
local function find_peer(emulator, given)
  local app, message = app_of(emulator, given)
  if not app then return nil, message end
  for _, session in ipairs(app:all("sessions"):select()) do
    local is_meant = not given.meeting_id or given.meeting_id == session.meeting_id
    for _, peer in ipairs(is_meant and lifecycle.present(session) or {}) do
      local is_named = peer.id == given.peer_id
      if is_named or not given.peer_id and peer.participant_id == given.participant_id then
        return peer, app, session
      end
    end
  end
  return nil, "no such participant is in a session"
end

--- Removes a participant from the session.
---@param emulator rtk.Emulator
---@param given { peer_id?: string, participant_id?: string, meeting_id?: string }
---@return boolean? left
---@return string? message
function controls.leave(emulator, given)
  controls.takes.leave:check(given)
  controls.takes.leave:need(given, "peer_id", "participant_id")
  local peer, app, session = find_peer(emulator, given)
  if not peer then return nil, app end
  lifecycle.leave(emulator, app, session, peer)
  return true
end

--- Sends a chat message of a participant.
---@param emulator rtk.Emulator
---@param given { peer_id?: string, participant_id?: string, text: string, type?: string }
---@return string? id of the message
---@return string? message
function controls.chat(emulator, given)
  controls.takes.chat:check(given)
  controls.takes.chat:need(given, "peer_id", "participant_id")
  controls.takes.chat:need(given, "text")
  local kind = given.type or "TEXT_MESSAGE"
  if not MESSAGE_TYPES[kind] then
    error("chat: type must be TEXT_MESSAGE, IMAGE_MESSAGE or FILE_MESSAGE", 2)
  end
  local peer, app, session = find_peer(emulator, given)
  if not peer then return nil, app end
  local id, at = emulator.ids:uuid(), clock.format(emulator.clock:now())
  local said = { id = id, peer_id = peer.id, type = kind, text = given.text, created_at = at }
  table.insert(session.chat, said)
  return id
end

--- Records speech of a participant, for the transcript.
---@param emulator rtk.Emulator
---@param given { peer_id?: string, participant_id?: string, text: string, seconds?: number }
---@return boolean? spoken
---@return string? message
function controls.speak(emulator, given)
  controls.takes.speak:check(given)
  controls.takes.speak:need(given, "peer_id", "participant_id")
  controls.takes.speak:need(given, "text")
  local peer, app, session = find_peer(emulator, given)
  if not peer then return nil, app end
  if peer.is_muted then return nil, "the participant is muted" end
  -- Those who speak at the same time are written down one after the other.
  local before = session.speech[#session.speech]
  local from = math.max(emulator.clock:now() - session.started, before and before.to or 0)
  local length = math.floor((given.seconds or DEFAULT_LINE_SECONDS) * 1000 + 0.5)
  local line = { peer_id = peer.id, from = from, to = from + length, text = given.text }
  table.insert(session.speech, line)
  return true
end

--- Unmutes a participant, as its own browser does.
---@param emulator rtk.Emulator
---@param given { peer_id?: string, participant_id?: string, meeting_id?: string }
---@return boolean? unmuted
---@return string? message
function controls.unmute(emulator, given)
  controls.takes.unmute:check(given)
  controls.takes.unmute:need(given, "peer_id", "participant_id")
  local peer, app, session = find_peer(emulator, given)
  if not peer then return nil, app end
  return microphones.unmute(emulator, session, peer)
end

--- Who is in a meeting now, who of them is muted, and whether they may unmute themselves.
---@param emulator rtk.Emulator
---@param given { meeting_id: string }
---@return { session_id: string, allow_unmute: boolean, participants: table[] }? room
---@return string? message
function controls.room(emulator, given)
  controls.takes.room:check(given)
  controls.takes.room:need(given, "meeting_id")
  local app, message = app_of(emulator, given)
  if not app then return nil, message end
  local session = lifecycle.active(app, given.meeting_id)
  if not session then return nil, "no session is in progress in meeting " .. given.meeting_id end
  return microphones.view(session)
end

return controls
