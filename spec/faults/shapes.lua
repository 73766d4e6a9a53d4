-- SPDX-License-Identifier: MIT
-- The kinds of calls that meet faults. A shape is
--   { name, does, operation, prepare(client) -> ids, call(cell, ids), effect?(client, ids) }
-- `does` says what its effect is, as the expectations have it. `call` arms the cell when the next
-- request is the one that is to fail, and returns what the method returned, or raises that it is
-- not what it should be. `effect` counts in the state what was done: at most 1 where doing it again
-- changes nothing; there is none where it cannot be seen.

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
  call = function(cell, ids)
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
    call = function(cell, ids)
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
  call = function(cell, ids)
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
  call = function(cell)
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
  call = function(cell, ids)
    cell:arm()
    local meetings = cell.client.meetings
    local refreshed, message, err = meetings:refresh_participant_token(ids.meeting, ids.participant)
    assert(not refreshed or #refreshed.token > 20)
    return refreshed, message, err
  end,
}

-- The second of three pages fails. What each() raises is a message only; the cell knows the rest.
local each = {
  name = "each",
  does = "read",
  operation = "GET /meetings",
  prepare = function(client)
    for i = #TITLES, 1, -1 do
      assert(client.meetings:create({ title = TITLES[i] }))
    end
  end,
  call = function(cell)
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

local patch, put = changing("PATCH", "update"), changing("PUT", "replace")

return { get, patch, put, delete, create, token, each }
