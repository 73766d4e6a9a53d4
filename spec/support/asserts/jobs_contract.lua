-- SPDX-License-Identifier: MIT
-- What waits, close, attendance and rtk.map promise in every place where calls can wait, as
-- functions that take a setting (see spec.support.clients.job_setting). They use nothing of busted,
-- because some run inside nginx.

local rtk = require("rtk")

local contract = {}

local FEWEST_TICKS = 5

local function equal(expected, value)
  if expected ~= value then
    error(("it is %s, not %s"):format(tostring(value), tostring(expected)), 2)
  end
end

-- Runs a function; others must go on meanwhile.
local function among_others(setting, f)
  local before = setting.ticks
  f()
  local ticks = setting.ticks - before
  if ticks < FEWEST_TICKS then error("only " .. ticks .. " ticks went on", 2) end
end

local function join(setting, meeting, name)
  local participant = assert(meeting:ensure_participant({
    custom_participant_id = name,
    name = name,
    preset_name = "group_call_host",
  }))
  local who = { meeting_id = meeting.id, participant_id = participant.id }
  return setting.administer("join", who).id
end

local function new_meeting(setting)
  return assert(setting.client.meetings:create({ title = "T" }))
end

contract["waits end when others let the time pass"] = function(setting)
  local client, meeting = setting.client, new_meeting(setting)
  local recording = assert(client.recordings:ensure_started(meeting.id))
  local livestream = assert(client.livestreams:ensure_started(meeting.id))
  local wait, are_over = { interval = 0.005, timeout = 60 }, 0
  local function waiting(f)
    return function()
      local value, message = f()
      are_over = are_over + 1
      return assert(value, message)
    end
  end
  local results
  among_others(setting, function()
    results = rtk.gather({
      waiting(function()
        return recording:wait({ status = "RECORDING", interval = 0.005, timeout = 60 })
      end),
      waiting(function()
        return livestream:wait(wait)
      end),
      waiting(function()
        return meeting:wait_live(wait)
      end),
      waiting(function()
        return rtk.wait_until(function()
          return are_over >= 3
        end, wait)
      end),
      function()
        join(setting, meeting, "ann")
        while are_over < 3 do
          setting.administer("advance", { seconds = 1 })
          rtk.sleep(0.001)
        end
      end,
    })
  end)
  for _, result in ipairs(results) do
    equal(true, result[1])
  end
  equal(recording, results[1][2])
  equal("RECORDING", recording.status)
  equal("LIVE", livestream.status)
  equal("LIVE", results[3][2].status)
end

contract["meetings:close ends a call for all, also when two run it at once"] = function(setting)
  local client, meeting = setting.client, new_meeting(setting)
  join(setting, meeting, "ann")
  join(setting, meeting, "bob")
  local recording = assert(client.recordings:ensure_started(meeting.id))
  assert(client.livestreams:ensure_started(meeting.id))
  setting.administer("advance", { seconds = 10 })
  local results
  local function close()
    return client.meetings:close(meeting.id)
  end
  among_others(setting, function()
    results = rtk.gather({ close, close })
  end)
  local kicked = 0
  for _, result in ipairs(results) do
    equal(true, result[1])
    kicked = kicked + assert(result[2], result[3]).kicked
  end
  equal(2, kicked)
  equal("INACTIVE", assert(meeting:reload()).status)
  equal(false, client.active_session:find(meeting.id))
  equal("UPLOADING", assert(recording:reload()).status)
end

contract["sessions:attendance and meetings:present say who is there, and for how long"] = function(
  setting
)
  local client, meeting = setting.client, new_meeting(setting)
  local ann = join(setting, meeting, "ann")
  join(setting, meeting, "bob")
  setting.administer("advance", { seconds = 10 })
  local again = join(setting, meeting, "ann")
  setting.administer("advance", { seconds = 10 })
  setting.administer("leave", { peer_id = ann })
  setting.administer("advance", { seconds = 10 })
  setting.administer("leave", { peer_id = again })
  local people, present
  among_others(setting, function()
    people = assert(client.active_session:get(meeting.id):attendance())
    present = assert(meeting:present())
  end)
  equal(30, math.floor(people.ann.seconds + 0.5))
  equal(2, people.ann.joins)
  equal(false, people.ann.is_present)
  equal(true, people.bob.is_present)
  equal(1, #present)
end

contract["rtk.map works on a list with bounded work, and can be given up"] = function(setting)
  local client, running, most, started = setting.client, 0, 0, 0
  for number = 1, 7 do
    assert(client.meetings:create({ title = "M" .. number }))
  end
  local function rename(meeting)
    running, started = running + 1, started + 1
    most = math.max(most, running)
    local value, message, err = meeting:update({ title = meeting.title .. "!" })
    running = running - 1
    return value, message, err
  end
  among_others(setting, function()
    local count = 0
    for _, value, message in
      rtk.map(client.meetings:each({ per_page = 2 }), rename, { concurrency = 3 })
    do
      assert(value, message)
      count = count + 1
    end
    equal(7, count)
  end)
  equal(true, most > 1 and most <= 3)
  started = 0
  local results = rtk.map(client.meetings:each({ per_page = 2 }), rename, { concurrency = 3 })
  assert(results())
  results:close()
  equal(nil, results())
  local limit = started
  -- Longer than a request takes.
  assert(client.meetings:list())
  assert(client.meetings:list())
  equal(limit, started)
  equal(true, started <= 4)
end

contract["others go on while a file comes, to a path and to a function"] = function(setting)
  local recording = assert(setting.client.recordings:ensure_started(new_meeting(setting).id))
  setting.administer("upload_recording", { id = recording.id, file_size = 300000 })
  assert(recording:reload())
  local path, bytes = os.tmpname(), 0
  local function take(chunk)
    bytes = bytes + #chunk
    rtk.sleep(0.001)
  end
  for _, target in ipairs({ path, take }) do
    setting.administer("faults", { operation = "GET /download", kind = "slow", rate = 1e6 })
    among_others(setting, function()
      equal(300000, assert(recording:download(target)).bytes)
    end)
  end
  equal(300000, bytes)
  os.remove(path)
end

return contract
