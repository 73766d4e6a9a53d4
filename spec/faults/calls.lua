-- SPDX-License-Identifier: MIT
-- The kinds of calls that meet faults. A call is
--   { name, does, operation, prepare(client, fixture) -> ids, run(cell, ids),
--     effect?(client, ids) }
-- `does` names its effect, as the expectations do. `run` arms the cell before the request that is
-- to fail, and returns what the method returns, or raises if that is wrong. `effect` counts in the
-- emulator's state how often the call took effect: at most 1 where repeating it changes nothing.
-- It is absent where the effect cannot be observed.

local TITLES = { "one", "two", "three", "four", "five" }

local function make_meeting(client)
  return { meeting = assert(client.meetings:create({ title = "old" })).id }
end

local function is_titled(title)
  return function(client, ids)
    return assert(client.meetings:get(ids.meeting)).title == title and 1 or 0
  end
end

local function titled(title, meeting, message, err)
  assert(not meeting or meeting.title == title)
  return meeting, message, err
end

local get = {
  name = "GET",
  does = "read",
  operation = "GET /meetings/{meeting_id}",
  prepare = make_meeting,
  run = function(cell, ids)
    cell:arm()
    return titled("old", cell.client.meetings:get(ids.meeting))
  end,
}

local function changing(verb, method)
  return {
    name = verb,
    does = "change",
    operation = verb .. " /meetings/{meeting_id}",
    prepare = make_meeting,
    run = function(cell, ids)
      cell:arm()
      local meetings = cell.client.meetings
      return titled("new", meetings[method](meetings, ids.meeting, { title = "new" }))
    end,
    effect = is_titled("new"),
  }
end

local function add_participant(client, meeting_id)
  local participant = client.meetings:add_participant(meeting_id, {
    custom_participant_id = "u1",
    preset_name = "group_call_host",
    name = "Ann",
  })
  return assert(participant).id
end

local function make_participant(client)
  local ids = make_meeting(client)
  ids.participant = add_participant(client, ids.meeting)
  return ids
end

local delete = {
  name = "DELETE",
  does = "delete",
  operation = "DELETE /meetings/{meeting_id}/participants/{participant_id}",
  prepare = make_participant,
  run = function(cell, ids)
    cell:arm()
    return cell.client.meetings:delete_participant(ids.meeting, ids.participant)
  end,
  effect = function(client, ids)
    return 1 - #assert(client.meetings:list_participants(ids.meeting))
  end,
}

local create = {
  name = "create",
  does = "create",
  operation = "POST /meetings",
  prepare = function()
    return {}
  end,
  run = function(cell)
    cell:arm()
    return titled("new", cell.client.meetings:create({ title = "new" }))
  end,
  effect = function(client)
    return #assert(client.meetings:list())
  end,
}

local token = {
  name = "token",
  does = "change",
  operation = "POST /meetings/{meeting_id}/participants/{participant_id}/token",
  prepare = make_participant,
  run = function(cell, ids)
    cell:arm()
    local meetings = cell.client.meetings
    local refreshed, message, err = meetings:refresh_participant_token(ids.meeting, ids.participant)
    assert(not refreshed or #refreshed.token > 20)
    return refreshed, message, err
  end,
}

-- The second of three pages fails. each() raises only a message; the cell holds the rest.
local each = {
  name = "each",
  does = "read",
  operation = "GET /meetings",
  prepare = function(client)
    for i = #TITLES, 1, -1 do
      assert(client.meetings:create({ title = TITLES[i] }))
    end
  end,
  run = function(cell)
    local seen = {}
    local ok, raised = pcall(function()
      for meeting in cell.client.meetings:each({ per_page = 2 }) do
        seen[#seen + 1] = meeting.title
        if #seen == 2 then cell:arm() end
        if #seen == 3 then cell:disarm() end
      end
    end)
    local expected = table.concat(TITLES, " ", 1, ok and #TITLES or 2)
    assert(table.concat(seen, " ") == expected, "items are lost or come twice")
    if ok then return seen end
    assert(tostring(raised):find("page 2: ", 1, true), raised)
    return nil, tostring(raised), cell:last_failure()
  end,
}

local function join_meeting(client, fixture)
  local ids = make_participant(client)
  fixture.join({ meeting_id = ids.meeting, participant_id = ids.participant })
  return ids
end

local kick = {
  name = "kick",
  does = "delete",
  operation = "POST /meetings/{meeting_id}/active-session/kick",
  prepare = join_meeting,
  run = function(cell, ids)
    cell:arm()
    return cell.client.active_session:kick(ids.meeting, { custom_participant_ids = { "u1" } })
  end,
  effect = function(client, ids)
    return 1 - assert(client.active_session:get(ids.meeting)).live_participants
  end,
}

local kick_all = {
  name = "kick-all",
  does = "delete",
  operation = "POST /meetings/{meeting_id}/active-session/kick-all",
  prepare = join_meeting,
  run = function(cell, ids)
    cell:arm()
    return cell.client.active_session:kick_all(ids.meeting)
  end,
  effect = function(client)
    return 1 - #assert(client.sessions:list({ status = "LIVE" }))
  end,
}

-- Seconds after which a recording or livestream is in progress.
local START = 5

-- The effect cannot be observed: a livestream takes a while to end.
local stop_livestream = {
  name = "stop livestream",
  does = "delete",
  operation = "POST /meetings/{meeting_id}/active-livestream/stop",
  prepare = function(client, fixture)
    local ids = make_meeting(client)
    assert(client.livestreams:start(ids.meeting))
    fixture.advance(START)
    return ids
  end,
  run = function(cell, ids)
    cell:arm()
    return cell.client.livestreams:stop(ids.meeting)
  end,
}

-- `before` is what happens to the recording before the call.
local function recording(action, status, before)
  return {
    name = action .. " recording",
    does = "settle",
    operation = "PUT /recordings/{recording_id}",
    prepare = function(client, fixture)
      local started = assert(client.recordings:start({ meeting_id = make_meeting(client).meeting }))
      fixture.advance(START)
      if before then assert(started[before](started)) end
      return { recording = started.id }
    end,
    run = function(cell, ids)
      cell:arm()
      local recordings = cell.client.recordings
      local found, message, err = recordings[action](recordings, ids.recording)
      -- After an empty answer an object has its id alone.
      assert(not found or found.status == nil or found.status == status)
      return found, message, err
    end,
    effect = function(client, ids)
      local found = assert(client.recordings:get(ids.recording)).status
      return (found == status or found == "UPLOADED") and 1 or 0
    end,
  }
end

local stop = recording("stop", "UPLOADING")
local pause = recording("pause", "PAUSED")
local resume = recording("resume", "RECORDING", "pause")

local patch, put = changing("PATCH", "update"), changing("PUT", "replace")

return {
  get,
  patch,
  put,
  delete,
  create,
  token,
  each,
  kick,
  kick_all,
  stop_livestream,
  stop,
  pause,
  resume,
}
