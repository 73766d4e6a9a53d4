-- SPDX-License-Identifier: MIT
-- The rooms and their participants: all calls to RealtimeKit are here. Each room has one meeting
-- a day, found by its title or created by the first visitor.

local core = require("rtk.core")
local rtk = require("rtk")
local single_flight = require("single_flight")

local rooms = {}

--- The rooms to choose from.
rooms.names = { "Stand-up", "Workshop", "Coffee corner" }

local PRESET = "group_call_participant"
local HOUR, DAY = 3600, 86400

-- Seconds between two requests for the list of live sessions, for any number of visitors.
local LIVE_AGE = 2

-- One client for all requests of the worker, with the credentials of the environment. A visitor
-- waits for each call, so none may take long.
local client = assert(rtk.new({
  timeout = 5,
  total_timeout = 10,
  max_retry_wait = 5,
  rate_limit = rtk.rate_limit.shared_dict({ name = "limits" }),
}))

-- One request at a time adds a visitor, whichever worker it is in.
local once = rtk.once.shared_dict({ name = "locks", wait = 10 })

local ids = ngx.shared.rooms

--- Whether there is such a room.
---@param room string
---@return boolean
function rooms.has(room)
  for _, name in ipairs(rooms.names) do
    if name == room then return true end
  end
  return false
end

-- A meeting that somebody has closed is opened again.
local function meeting_id_of(title)
  return single_flight.get("meeting:" .. title, HOUR, function()
    local meeting, message, err = client.meetings:ensure({ title = title, status = "ACTIVE" })
    return meeting and meeting.id, message, err
  end)
end

-- The same visitor stays the same participant under any name, also after a restart. Near the rate
-- limit, returning visitors go first: new ones, whom a program can fake in any number, cannot keep
-- them out.
local function participant_of(meeting_id, visitor, name)
  local key = meeting_id .. ":" .. visitor.id
  local participant, message, err = client.meetings:ensure_participant(meeting_id, {
    name = name,
    preset_name = PRESET,
    custom_participant_id = visitor.id,
  }, { participant_id = ids:get(key), priority = visitor.is_known, once = once })
  if participant then ids:set(key, participant.id, DAY) end
  return participant, message, err
end

--- Gives a visitor a seat in today's meeting of a room.
---@param room string one of the names
---@param visitor { id: string, is_known: boolean } the id becomes custom_participant_id
---@param name string shown to the other participants
---@return { title: string, meeting_id: string, preset: string, token: string }? seat
---@return string? message
---@return rtk.Error? err
function rooms.seat(room, visitor, name)
  local title = room .. ", " .. os.date("!%Y-%m-%d")
  local meeting_id, message, err = meeting_id_of(title)
  if not meeting_id then return nil, message, err end
  local participant
  participant, message, err = participant_of(meeting_id, visitor, name)
  if not participant then
    -- If the meeting was deleted, the next visitor finds or creates another one.
    if err.kind == "not_found" then single_flight.forget("meeting:" .. title) end
    return nil, message, err
  end
  return { title = title, meeting_id = meeting_id, preset = PRESET, token = participant.token }
end

-- The public data of live sessions, as JSON. A page without it is better than a late page.
local function ask_for_live()
  local query = { status = "LIVE", per_page = 50 }
  local page, message, err = client.sessions:list(query, { timeout = 2, max_retries = 0 })
  if not page then return nil, message, err end
  local shown = rtk.array({})
  for index, session in ipairs(page) do
    shown[index] = {
      title = session.meeting_display_name,
      people = session.live_participants,
      since = session.started_at,
    }
  end
  return core.encode(shown)
end

--- Lists live sessions.
---@return { title: string, people: integer, since: string }[]? sessions
---@return string? message
---@return rtk.Error? err
function rooms.live()
  local text, message, err = single_flight.get("live", LIVE_AGE, ask_for_live)
  if not text then return nil, message, err end
  return core.decode(text)
end

return rooms
