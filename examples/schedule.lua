-- SPDX-License-Identifier: MIT
-- Schedules classes: a meeting for each, two presets, everyone a participant. Run it whenever the
-- timetable has grown, or again after a failure: what is there does not come twice.
--
--   lua5.4 examples/schedule.lua [TIMETABLE]    -- exit status 1: not everything is there yet

local rtk = require("rtk")

local client = rtk.new({ max_retries = 5, rate_limit = rtk.rate_limit.memory() })

local function invite(meeting, person, preset_name)
  local body = { custom_participant_id = person.id, name = person.name, preset_name = preset_name }
  assert(client.meetings:ensure_participant(meeting.id, body))
end

local function schedule(class)
  local body = { title = class.title .. ", " .. class.time, record_on_start = true }
  local meeting, outcome = assert(client.meetings:ensure(body))
  invite(meeting, class.teacher, "teacher")
  for _, student in ipairs(class.students) do
    invite(meeting, student, "student")
  end
  return meeting, outcome
end

for name, role in pairs({ teacher = "host", student = "participant" }) do
  assert(client.presets:ensure(rtk.preset({ name = name, role = role })))
end
local timetable, status = dofile(arg[1] or "examples/timetable.lua"), 0
for class, meeting, outcome in rtk.map(timetable, schedule, { ordered = true }) do
  print(class.time, class.title, meeting and meeting.id or "failed", outcome)
  if not meeting then status = 1 end
end
os.exit(status)
