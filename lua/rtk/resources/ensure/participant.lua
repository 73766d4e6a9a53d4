-- SPDX-License-Identifier: MIT
-- Finds a participant of a meeting by the custom_participant_id, or adds it.
--
-- The service may or may not refuse a second one. So this looks again after it has added one, and
-- every program keeps the oldest: who added a younger one deletes it, who added the oldest deletes
-- the others. What a program that died has left, the next look-up deletes.

local error_as_success = require("rtk.attempts.error_as_success")
local compare = require("rtk.resources.ensure.compare")
local input_table = require("rtk.input_table")
local misuse = require("rtk.misuse")
local object = require("rtk.values.object")
local search = require("rtk.resources.ensure.search")
local steps = require("rtk.resources.ensure.steps")
local url = require("rtk.http.url")

local Ensure = {}
Ensure.__index = Ensure

local MOST_ROUNDS = 3

-- The participant that the caller knows, if it is the right one.
function Ensure:_known()
  local id = self._known_id
  if not id then return false end
  local found, message, err = error_as_success.or_false(
    self._meetings:get_participant(self._meeting_id, id, nil, self._steps:options())
  )
  if found and found.custom_participant_id ~= self._body.custom_participant_id then return false end
  return found, message, err
end

-- All participants with the custom_participant_id, the oldest first.
function Ensure:_look()
  return search.all(self._steps, function(options)
    local custom_id = self._body.custom_participant_id
    return self._meetings:_collect_participants(self._meeting_id, custom_id, options)
  end)
end

-- Deletes participants; another program may have been faster. Returns a message and the error when
-- one is left.
function Ensure:_delete(participants)
  for _, participant in ipairs(participants) do
    local deleted, message, err = error_as_success.or_false(
      self._meetings:delete_participant(
        self._meeting_id,
        participant.id,
        nil,
        self._steps:options()
      )
    )
    if deleted == nil then return message, err end
  end
end

-- Whether a participant does not exist any more, after a failure that may mean that.
function Ensure:_is_gone(participant, err)
  if not error_as_success.is_absence(err) then return false end
  local id, options = participant.id, self._steps:options()
  local found =
    error_as_success.or_false(self._meetings:get_participant(self._meeting_id, id, nil, options))
  return found == false
end

-- Brings a participant to the fields of the body, and gives it a new token.
function Ensure:_refresh(participant)
  local changed = compare.differences(participant, self._body)
  local id, meetings, meeting_id = participant.id, self._meetings, self._meeting_id
  if changed then
    local fresh, message, err = object.merge(
      participant,
      changed,
      meetings:update_participant(meeting_id, id, changed, self._steps:options())
    )
    if not fresh or fresh.token then return fresh, message, err end
  end
  local value, message, err =
    meetings:refresh_participant_token(meeting_id, id, nil, self._steps:options())
  if not value then return nil, message, err end
  participant.token = value.token
  return participant
end

-- Takes a participant that exists. Begins again if it is deleted meanwhile.
function Ensure:_adopt(participant, outcome)
  local fresh, message, err = self:_refresh(participant)
  if fresh then return fresh, outcome end
  if self:_is_gone(participant, err) then return false, message, err end
  return nil, message, err
end

local function others_than(kept, participants)
  local others = {}
  for _, participant in ipairs(participants) do
    if participant.id ~= kept.id then others[#others + 1] = participant end
  end
  return others
end

-- Looks whether others added one at the same time, and lets the oldest stay.
function Ensure:_choose(added)
  local found, message, err = self:_look()
  if not found then return nil, message, err end
  found = others_than(added, found)
  found[#found + 1] = added
  search.sort(found)
  local oldest = found[1]
  local is_ours = oldest.id == added.id
  message, err = self:_delete(is_ours and others_than(oldest, found) or { added })
  if err then return nil, message, err end
  if is_ours and added.token then return added, "created" end
  return self:_adopt(oldest, is_ours and "created" or "found")
end

function Ensure:_settle(added)
  local participant, outcome, err = self:_choose(added)
  if err then err.done = { created = added } end
  return participant, outcome, err
end

function Ensure:_add()
  local options = self._steps:options(function()
    local found, message = self:_look()
    if not found then return nil, message end
    return found[1] or false
  end)
  local added, message, err = self._meetings:add_participant(self._meeting_id, self._body, options)
  if added then return self:_settle(added) end
  if err.kind ~= "conflict" then return nil, message, err end
  local found, why, failure = self:_look()
  if not found then return nil, why, failure end
  if not found[1] then return nil, message, err end
  return self:_adopt(found[1], "found")
end

function Ensure:_find_or_add()
  local known, message, err = self:_known()
  if known == nil then return nil, message, err end
  if known then return self:_adopt(known, "found") end
  local found
  found, message, err = self:_look()
  if not found then return nil, message, err end
  local oldest = found[1]
  if not oldest then return self:_add() end
  message, err = self:_delete(others_than(oldest, found))
  if err then return nil, message, err end
  return self:_adopt(oldest, "found")
end

-- Begins again while the participant is deleted under its hands.
function Ensure:_try()
  local participant, outcome, err
  for _ = 1, MOST_ROUNDS do
    participant, outcome, err = self:_find_or_add()
    if participant ~= false then break end
  end
  return participant or nil, outcome, err
end

local participants = {}

local function body_of(body)
  misuse.check("body", body, "table")
  local copy = {}
  for name, value in input_table.pairs("body", body) do
    copy[name] = value
  end
  misuse.check("body.custom_participant_id", copy.custom_participant_id, "string")
  copy.participant_id = nil
  return copy
end

--- See rtk.Meetings.ensure_participant.
---@param meetings rtk.Meetings
---@param meeting_id string
---@param body table
---@param options? rtk.EnsureParticipantOptions
function participants.run(meetings, meeting_id, body, options)
  url.segment("meeting_id", meeting_id)
  local self = setmetatable({ _meetings = meetings, _meeting_id = meeting_id }, Ensure)
  self._body = body_of(body)
  self._steps = steps.new(meetings._client, options, "once", "participant_id")
  self._steps:put_first()
  self._known_id = self._steps.given.participant_id or body.participant_id
  local parts = { "participant", meeting_id, self._body.custom_participant_id }
  return self._steps:run(parts, function()
    return self:_try()
  end)
end

return participants
