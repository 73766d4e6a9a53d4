-- SPDX-License-Identifier: MIT
-- Creates many objects in one call, through the API's own operations, so that they are what the API
-- would create; without journal, faults and rate limit.
local dispatch = require("rtk.emulator.http.dispatch")
local json = require("rtk.emulator.util.json")
local nearest = require("rtk.emulator.util.nearest")

local seed = {}

local KNOWN = { meetings = true, participants = true, sessions = true, app_id = true }

local DEFAULT_PRESET = "group_call_participant"

-- Seconds that a session lasts, and that pass before the next one: an empty session waits a while
-- for someone to come back.
local SESSION_LENGTH, BETWEEN_SESSIONS = 60, 120

local function check(given)
  for name, value in pairs(given) do
    if not KNOWN[name] then
      local clause = nearest.clause(name, KNOWN)
      error(string.format("seed knows no %q%s", tostring(name), clause), 4)
    end
    local is_count = type(value) == "number" and value % 1 == 0 and value >= 0
    if name ~= "app_id" and not is_count then
      error(string.format("seed: %s must be a whole number", name), 4)
    end
  end
  if (given.sessions or 0) > 0 and (given.participants or 0) == 0 then
    error("seed: sessions need participants", 4)
  end
end

--- A function that creates an object below the app and returns it.
local function creator(emulator, app_id)
  local prefix = "/client/v4/accounts/" .. emulator.account_id .. "/realtime/kit/" .. app_id
  local headers = { authorization = "Bearer " .. emulator.api_token }
  return function(method, path, given)
    local http = {
      method = method,
      path = prefix .. path,
      headers = headers,
      body = given and json.encode(given),
    }
    local reply = dispatch.answer(emulator, http, dispatch.match(emulator, http))
    if reply.status >= 300 then error("seed: " .. json.encode(reply.body), 0) end
    return reply.body.data
  end
end

local function hold_sessions(emulator, places, count)
  for _ = 1, count do
    for _, place in ipairs(places) do
      local peer, message = emulator:join(place)
      if not peer then error("seed: " .. message, 0) end
    end
    emulator:advance(SESSION_LENGTH)
    for _, place in ipairs(places) do
      emulator:leave(place)
    end
    emulator:advance(BETWEEN_SESSIONS)
  end
end

--- Adds participants to a meeting; returns the arguments of join for each.
local function add_participants(create, meeting, number, count, app_id)
  local places = {}
  for index = 1, count do
    local participant = create("POST", "/meetings/" .. meeting.id .. "/participants", {
      custom_participant_id = string.format("user-%d-%d", number, index),
      name = string.format("User %d-%d", number, index),
      preset_name = DEFAULT_PRESET,
    })
    places[index] = { app_id = app_id, meeting_id = meeting.id, participant_id = participant.id }
  end
  return places
end

--- Creates `meetings`, in each of them `participants`, and for each meeting past `sessions` that
--- all its participants were in, a minute long by the clock. All in the default app unless `app_id`
--- names another one of the account.
---@param emulator rtk.Emulator
---@param given { meetings?: integer, participants?: integer, sessions?: integer, app_id?: string }
---@return { meetings: string[] } ids
function seed.run(emulator, given)
  check(given)
  local app_id = given.app_id or emulator.app_id
  local create = creator(emulator, app_id)
  local participants, sessions = given.participants or 0, given.sessions or 0
  local ids = { meetings = json.array() }
  for number = 1, given.meetings or 0 do
    local meeting = create("POST", "/meetings", { title = "Meeting " .. number })
    ids.meetings[number] = meeting.id
    local places = add_participants(create, meeting, number, participants, app_id)
    hold_sessions(emulator, places, sessions)
  end
  return ids
end

return seed
