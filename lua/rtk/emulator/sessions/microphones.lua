-- SPDX-License-Identifier: MIT
-- Microphones of the peers in a session, which no operation shows. Not in the reference, decided
-- here: a peer joins unmuted, is muted again by each mute, and may unmute itself unless the last
-- mute-all of the session had allow_unmute = false.
local json = require("rtk.emulator.util.json")
local lifecycle = require("rtk.emulator.sessions.lifecycle")

local microphones = {}

--- Mutes a peer.
---@param emulator rtk.Emulator
---@param peer table
function microphones.mute(emulator, peer)
  peer.is_muted = true
  peer.updated = emulator.clock:tick()
end

--- Whether peers of a session may unmute themselves.
---@param session table
---@return boolean
function microphones.may_unmute(session)
  return session.allow_unmute ~= false
end

--- Lets a peer unmute itself.
---@param emulator rtk.Emulator
---@param session table
---@param peer table
---@return boolean? unmuted
---@return string? message
function microphones.unmute(emulator, session, peer)
  if not microphones.may_unmute(session) then return nil, "the host does not allow to unmute" end
  peer.is_muted = nil
  peer.updated = emulator.clock:tick()
  return true
end

--- The peers in a session with the state of their microphones.
---@param session table
---@return table
function microphones.view(session)
  local shown = { session_id = session.id, allow_unmute = microphones.may_unmute(session) }
  shown.participants = json.array()
  for index, peer in ipairs(lifecycle.present(session)) do
    shown.participants[index] = {
      custom_participant_id = peer.fields.custom_participant_id,
      id = peer.id,
      muted = peer.is_muted == true,
      name = peer.fields.display_name,
      participant_id = peer.participant_id,
    }
  end
  return shown
end

return microphones
