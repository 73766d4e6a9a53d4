-- SPDX-License-Identifier: MIT
-- Creates many objects in one call, through the API's own operations, so that they are what the API
-- would create; without journal, faults and rate limit.
local arguments = require("rtk.emulator.util.arguments")
local dispatch = require("rtk.emulator.http.dispatch")
local json = require("rtk.emulator.util.json")

local seed = {}

---@class rtk.EmulatorSeed
---@field meetings? integer
---@field participants? integer in each meeting
---@field sessions? integer of each meeting, in the past
---@field app_id? string
---@field account_id? string

-- What the call takes.
seed.takes = arguments.of("seed", {
  "meetings number",
  "participants number",
  "sessions number",
  "app_id string",
  "account_id string",
})

local COUNTS = { "meetings", "participants", "sessions" }

local DEFAULT_PRESET = "group_call_participant"

-- More in all would take minutes and gigabytes.
local MOST_OBJECTS = 1000000

-- Seconds that a session lasts, and that pass before the next one: an empty session waits a while
-- for someone to come back.
local SESSION_LENGTH, BETWEEN_SESSIONS = 60, 120

-- From here to the caller of the call that this is part of.
local CALLER = 3

local function check_counts(given)
  for _, name in ipairs(COUNTS) do
    local count = given[name] or 0
    if count % 1 ~= 0 or count < 0 or count == math.huge then
      error(("seed: %s must be a whole number"):format(name), CALLER)
    end
  end
  local meetings, inner = given.meetings or 0, (given.participants or 0) + (given.sessions or 0)
  if meetings * (1 + inner) > MOST_OBJECTS then
    error(("seed: it creates %d objects in all at most"):format(MOST_OBJECTS), CALLER)
  end
  if (given.sessions or 0) > 0 and (given.participants or 0) == 0 then
    error("seed: sessions need participants", CALLER)
  end
end

--- A function that creates an object below the app and returns it.
local function creator(emulator, place)
  local prefix = ("/client/v4/accounts/%s/realtime/kit/%s"):format(place.account_id, place.app_id)
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
local function add_participants(create, meeting, number, count, place)
  local places = {}
  for index = 1, count do
    local participant = create("POST", "/meetings/" .. meeting.id .. "/participants", {
      custom_participant_id = string.format("user-%d-%d", number, index),
      name = string.format("User %d-%d", number, index),
      preset_name = DEFAULT_PRESET,
    })
    places[index] = {
      account_id = place.account_id,
      app_id = place.app_id,
      meeting_id = meeting.id,
      participant_id = participant.id,
    }
  end
  return places
end

--- Creates `meetings`, in each of them `participants`, and for each meeting past `sessions` that
--- all its participants were in, a minute long by the clock. All in the default app of the
--- emulator's account unless `app_id` and `account_id` name another one.
---@param emulator rtk.Emulator
---@param given rtk.EmulatorSeed
---@return { meetings: string[] } ids
function seed.run(emulator, given)
  seed.takes:check(given)
  check_counts(given)
  local place = {
    account_id = given.account_id or emulator.account_id,
    app_id = given.app_id or emulator.app_id,
  }
  local create = creator(emulator, place)
  local participants, sessions = given.participants or 0, given.sessions or 0
  local ids = { meetings = json.array() }
  for number = 1, given.meetings or 0 do
    local meeting = create("POST", "/meetings", { title = "Meeting " .. number })
    ids.meetings[number] = meeting.id
    local places = add_participants(create, meeting, number, participants, place)
    hold_sessions(emulator, places, sessions)
  end
  return ids
end

return seed
