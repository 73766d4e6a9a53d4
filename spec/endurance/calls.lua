-- SPDX-License-Identifier: MIT
-- The calls of an endurance run. Each takes the run and the number of the call, and returns what
-- the method returned. `weights` says how often each is made.

local rtk = require("rtk")

local calls = {}

local MOST_PAGES = 3

local function participant_body(number)
  return {
    custom_participant_id = "p" .. number,
    name = "P",
    preset_name = "group_call_participant",
  }
end

-- A participant that exists as far as the client knows; removed from the pool if takes_out.
local function pick(run, takes_out)
  local pool = run.pool
  local index = run.dice:below(#pool) + 1
  local picked = pool[index]
  if takes_out then
    pool[index] = pool[#pool]
    pool[#pool] = nil
  end
  return picked
end

function calls.create_meeting(run, number)
  local meeting, message, err = run.client.meetings:create({ title = "m" .. number })
  run.expected_state:created("meeting", number, meeting, err)
  return meeting, message, err
end

function calls.add_participant(run, number)
  local meetings = run.client.meetings
  local added, message, err = meetings:add_participant(run.meeting_id, participant_body(number))
  run.expected_state:created("participant", number, added, err)
  if added then table.insert(run.pool, { number = number, id = added.id }) end
  return added, message, err
end

function calls.delete_participant(run, number)
  if #run.pool == 0 then return calls.add_participant(run, number) end
  local picked = pick(run, true)
  local done, message, err = run.client.meetings:delete_participant(run.meeting_id, picked.id)
  run.expected_state:deleted(picked.number, done, err)
  return done, message, err
end

function calls.refresh_token(run, number)
  if #run.pool == 0 then return calls.add_participant(run, number) end
  local id = pick(run, false).id
  return run.client.meetings:refresh_participant_token(run.meeting_id, id)
end

function calls.get(run)
  return run.client.meetings:get(run.meeting_id)
end

function calls.get_nothing(run)
  return run.client.meetings:get("00000000-0000-4000-8000-00000000dead")
end

function calls.update(run, number)
  return run.client.meetings:update(run.meeting_id, { title = "u" .. number })
end

function calls.replace(run, number)
  return run.client.meetings:replace(run.meeting_id, { title = "r" .. number })
end

function calls.list(run)
  return run.client.presets:list({ per_page = 20 })
end

-- Counts the attempts of all pages but the last, which the caller counts.
function calls.walk(run)
  local query = { per_page = 20 }
  local page, message, err = run.client.meetings:list_participants(run.meeting_id, query)
  for _ = 2, MOST_PAGES do
    if not page then break end
    local following, why, failure = page:next()
    if not following and not why then break end
    run.reported = run.reported + rtk.response(page).attempts
    page, message, err = following, why, failure
  end
  return page, message, err
end

calls.weights = {
  create_meeting = 15,
  add_participant = 12,
  delete_participant = 10,
  refresh_token = 8,
  get = 20,
  get_nothing = 5,
  update = 12,
  replace = 5,
  list = 8,
  walk = 5,
}

--- The names of the calls, each as often as its weight, always in the same order.
---@return string[]
function calls.names()
  local sorted, names = {}, {}
  for name in pairs(calls.weights) do
    sorted[#sorted + 1] = name
  end
  table.sort(sorted)
  for _, name in ipairs(sorted) do
    for _ = 1, calls.weights[name] do
      names[#names + 1] = name
    end
  end
  return names
end

return calls
