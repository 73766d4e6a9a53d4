-- SPDX-License-Identifier: MIT
-- What the table of ensure methods runs: each method, what may be there before, and what the
-- emulator's state has of it afterwards. nginx workers run this, too.
--
-- A place is plain data: { key, meeting_id, preset_id }. Names have the key in them, so that one
-- emulator can hold several places. The others that make a list long have names of which the
-- searched one is a part.

local rtk = require("rtk")

local cases = {}

local OTHERS = 3 -- before, and as many after

local EVENTS = { "meeting.started" }

local function title(place)
  return "Class " .. place.key
end

local function person(place, changes)
  local body = { custom_participant_id = "ann " .. place.key, name = "Ann" }
  body.preset_name = "group_call_host"
  for name, value in pairs(changes or {}) do
    body[name] = value
  end
  return body
end

local function teacher(place, changes)
  return rtk.preset({ name = "teacher " .. place.key, role = "host", permissions = changes })
end

local function copied(place, client, changes)
  local from = assert(client.presets:get(place.preset_id))
  local body = { name = "copy " .. place.key, config = from.config, ui = from.ui }
  body.permissions = from.permissions
  body.permissions.can_record = changes.can_record
  return body
end

local function hook(place, changes)
  local body = { url = "https://example.com/" .. place.key, name = "w", events = EVENTS }
  for name, value in pairs(changes or {}) do
    body[name] = value
  end
  return body
end

local function start_recording(client, place)
  return assert(client.recordings:start({ meeting_id = place.meeting_id }))
end

local function start_livestream(client, place)
  return assert(client.livestreams:start(place.meeting_id))
end

-- Another meeting whose recording and livestream are running.
local function busy_meeting(client, place, number)
  local meeting = assert(client.meetings:create({ title = "Room " .. place.key .. number }))
  start_recording(client, { meeting_id = meeting.id })
  start_livestream(client, { meeting_id = meeting.id })
end

local function records(app, name)
  local collection = app.collections[name]
  return collection and collection.records or {}
end

-- The ids of the records that a function accepts.
local function ids_of(list, accepts)
  local ids = {}
  for _, record in ipairs(list) do
    if accepts(record) then ids[#ids + 1] = record.id end
  end
  return ids
end

local function with_field(app, collection, name, value)
  return ids_of(records(app, collection), function(record)
    return record.fields[name] == value
  end)
end

local is_running = { INVOKED = true, RECORDING = true, PAUSED = true }

local function running_recordings(app, place)
  return ids_of(records(app, "recordings"), function(recording)
    return recording.meeting_id == place.meeting_id and is_running[recording.status]
  end)
end

local function running_livestreams(app, place)
  local ids = {}
  for _, livestream in ipairs(records(app, "livestreams")) do
    for _, session in ipairs(records(app, "livestream_sessions")) do
      local is_of_it = session.livestream_id == livestream.id and not session.stopped
      if is_of_it and livestream.meeting_id == place.meeting_id then
        ids[#ids + 1] = livestream.id
      end
    end
  end
  return ids
end

cases["meetings:ensure"] = {
  creates = "POST /meetings",
  ensure = function(client, place, options)
    return client.meetings:ensure({ title = title(place), persist_chat = true }, options)
  end,
  found = function(app, place)
    return ids_of(records(app, "meetings"), function(meeting)
      local status = meeting.status or meeting.fields.status
      return meeting.fields.title == title(place) and status ~= "INACTIVE"
    end)
  end,
  other = function(client, place, number)
    assert(client.meetings:create({ title = title(place) .. number }))
  end,
  before = {
    found = function(client, place)
      assert(client.meetings:create({ title = title(place), persist_chat = true }))
    end,
    differs = function(client, place)
      assert(client.meetings:create({ title = title(place) }))
    end,
  },
}

local function ensure_participant(client, place, options)
  return client.meetings:ensure_participant(place.meeting_id, person(place), options)
end

local function add(client, place, changes)
  return assert(client.meetings:add_participant(place.meeting_id, person(place, changes)))
end

cases["meetings:ensure_participant"] = {
  creates = "POST /meetings/{meeting_id}/participants",
  ensure = function(client, place, options)
    if not place.participant_id then return ensure_participant(client, place, options) end
    return ensure_participant(client, place, { participant_id = place.participant_id })
  end,
  found = function(app, place)
    local meeting
    for _, record in ipairs(records(app, "meetings")) do
      if record.id == place.meeting_id then meeting = record end
    end
    return ids_of(meeting.participants.records, function(participant)
      return participant.fields.custom_participant_id == person(place).custom_participant_id
    end)
  end,
  other = function(client, place, number)
    add(client, place, { custom_participant_id = person(place).custom_participant_id .. number })
  end,
  before = {
    found = function(client, place)
      add(client, place)
    end,
    differs = function(client, place)
      add(client, place, { name = "A" })
    end,
    doubles = function(client, place)
      for _ = 1, 3 do
        add(client, place)
      end
    end,
    ["found by its id"] = function(client, place)
      place.participant_id = add(client, place).id
    end,
  },
}

cases["presets:ensure"] = {
  creates = "POST /presets",
  label = "teacher ",
  ensure = function(client, place, options)
    return client.presets:ensure(teacher(place), options)
  end,
  found = function(app, place)
    return with_field(app, "presets", "name", "teacher " .. place.key)
  end,
  other = function(client, place, number)
    local body = teacher(place)
    body.name = body.name .. number
    assert(client.presets:create(body))
  end,
  before = {
    found = function(client, place)
      assert(client.presets:create(teacher(place)))
    end,
    differs = function(client, place)
      assert(client.presets:create(teacher(place, { can_record = false })))
    end,
  },
}

cases["presets:copy"] = {
  creates = "POST /presets",
  label = "copy ",
  ensure = function(client, place, options)
    local changes = { permissions = { can_record = false } }
    return client.presets:copy(place.preset_id, "copy " .. place.key, changes, options)
  end,
  found = function(app, place)
    return with_field(app, "presets", "name", "copy " .. place.key)
  end,
  other = function(client, place, number)
    local body = teacher(place)
    body.name = "copy " .. place.key .. number
    assert(client.presets:create(body))
  end,
  before = {
    found = function(client, place)
      assert(client.presets:create(copied(place, client, { can_record = false })))
    end,
    differs = function(client, place)
      assert(client.presets:create(copied(place, client, { can_record = true })))
    end,
  },
}

cases["webhooks:ensure"] = {
  creates = "POST /webhooks",
  ensure = function(client, place, options)
    return client.webhooks:ensure(hook(place), options)
  end,
  found = function(app, place)
    return with_field(app, "webhooks", "url", hook(place).url)
  end,
  other = function(client, place, number)
    assert(client.webhooks:create(hook(place, { url = hook(place).url .. number })))
  end,
  before = {
    found = function(client, place)
      assert(client.webhooks:create(hook(place)))
    end,
    differs = function(client, place)
      assert(client.webhooks:create(hook(place, { name = "v" })))
    end,
  },
}

cases["recordings:ensure_started"] = {
  creates = "POST /recordings",
  ensure = function(client, place, options)
    return client.recordings:ensure_started(place.meeting_id, {}, options)
  end,
  found = running_recordings,
  other = busy_meeting,
  before = { running = start_recording },
}

cases["recordings:stop_if_running"] = {
  creates = "PUT /recordings/{recording_id}",
  ensure = function(client, place, options)
    local recording, message, err = client.recordings:stop_if_running(place.meeting_id, options)
    if recording == nil then return nil, message, err end
    return recording, recording and "stopped" or "none"
  end,
  found = running_recordings,
  other = busy_meeting,
  before = { running = start_recording },
}

cases["livestreams:ensure_started"] = {
  creates = "POST /meetings/{meeting_id}/livestreams",
  ensure = function(client, place, options)
    return client.livestreams:ensure_started(place.meeting_id, {}, options)
  end,
  found = running_livestreams,
  other = busy_meeting,
  before = {
    running = start_livestream,
    stopping = function(client, place, advance)
      start_livestream(client, place)
      advance(10)
      assert(client.livestreams:stop(place.meeting_id))
    end,
  },
}

-- "found, long list" is `found` among others.
local function parts_of(state)
  local first, is_long = state:gsub(", long list$", "")
  return first, is_long == 1
end

local function add_others(case, client, place, from)
  for number = from, from + OTHERS - 1 do
    case.other(client, place, number)
  end
end

--- Makes what is there before.
---@param case table
---@param state string
---@param client rtk.Client
---@param key string
---@param advance fun(seconds: number) lets the emulator's time pass
---@return table place
function cases.prepare(case, state, client, key, advance)
  local place = { key = key }
  place.meeting_id = assert(client.meetings:create({ title = "Room " .. key })).id
  local preset = assert(client.presets:create(rtk.preset({ name = "original " .. key })))
  place.preset_id = preset.id
  local before, is_long = parts_of(state)
  if is_long then add_others(case, client, place, 1) end
  if case.before[before] then case.before[before](client, place, advance) end
  if is_long then add_others(case, client, place, 1 + OTHERS) end
  return place
end

--- What the state of the emulator has of it: ids.
---@param case table
---@param snapshot table decoded
---@param place table
---@return string[] ids
function cases.count(case, snapshot, place)
  local app = snapshot.state.store.accounts.records[1].apps.records[1]
  return case.found(app, place)
end

--- How often the emulator executed what a method creates something with.
---@param case table
---@param journal table[]
---@param first integer the first entry that counts
---@param place table
---@return integer
function cases.executed(case, journal, first, place)
  local count, label = 0, case.label and ('"' .. case.label .. place.key .. '"')
  for index = first, #journal do
    local entry = journal[index]
    local is_one = entry.executed and entry.operation == case.creates
    -- Two methods create presets.
    if is_one and (not label or entry.body:find(label, 1, true)) then count = count + 1 end
  end
  return count
end

return cases
