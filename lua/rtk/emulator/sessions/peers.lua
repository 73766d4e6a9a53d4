-- SPDX-License-Identifier: MIT
-- Peers: one for each time that a participant joins a session. A peer keeps the participant's name
-- of that time, `joined` and `left` in milliseconds of the clock, and its join and leave events.
-- The API calls a peer "participant of a session" and the participant its "user".
local clock = require("rtk.emulator.state.clock")
local record = require("rtk.emulator.state.record")

local peers = {}

--- Milliseconds that a peer has spent in its session, so far if it is still there.
---@param emulator rtk.Emulator
---@param peer table
---@return integer
function peers.milliseconds(emulator, peer)
  return (peer.left or emulator.clock:now()) - peer.joined
end

local function note(emulator, peer, name, minutes)
  table.insert(peer.events, {
    id = emulator.ids:uuid(),
    created_at = clock.format(emulator.clock:now()),
    event_name = name,
    minutes_consumed = minutes,
    participant_id = peer.participant_id,
    peer_id = peer.id,
    preset_view_type = peer.view_type,
    session_id = peer.session_id,
    socket_session_id = peer.socket_session_id,
    updated_at = clock.format(emulator.clock:now()),
  })
end

--- A peer for a participant who joins now.
---@param emulator rtk.Emulator
---@param app table
---@param session table
---@param participant table
---@param name? string instead of the participant's own
---@return table peer
function peers.new(emulator, app, session, participant, name)
  local fields = participant.fields
  local preset = app:all("presets"):get(participant.preset_id)
  local permissions = preset and preset.fields.permissions or {}
  local peer = record.new(emulator, {
    custom_participant_id = fields.custom_participant_id,
    display_name = name or fields.name,
    preset_name = preset and preset.fields.name or fields.preset_name,
  })
  peer.session_id, peer.participant_id = session.id, participant.id
  peer.picture, peer.joined = fields.picture, peer.created
  peer.view_type = preset and preset.fields.config.view_type
  -- Absent permissions are those of a group call's participant, who is transcribed.
  peer.transcribed = permissions.transcription_enabled ~= false
  peer.socket_session_id, peer.events = emulator.ids:uuid(), {}
  note(emulator, peer, "PEER_CREATED", 0)
  note(emulator, peer, "PEER_JOINING", 0)
  return peer
end

--- Notes that a peer leaves now.
---@param emulator rtk.Emulator
---@param peer table
function peers.leave(emulator, peer)
  peer.left = emulator.clock:tick()
  peer.updated = peer.left
  note(emulator, peer, "PEER_LEAVING", clock.minutes(peers.milliseconds(emulator, peer)))
end

--- A peer as events show it.
---@param peer table
---@return table
function peers.event(peer)
  local custom_id = peer.fields.custom_participant_id
  return {
    peerId = peer.id,
    userDisplayName = peer.fields.display_name,
    customParticipantId = custom_id,
    clientSpecificId = custom_id,
    joinedAt = clock.format(peer.joined),
    leftAt = peer.left and clock.format(peer.left),
  }
end

return peers
