-- SPDX-License-Identifier: MIT
-- Moderates a call from outside: says who is there, mutes or removes people, ends it for all.
-- People are named by their custom_participant_id; without names, all are meant.
--
--   lua5.4 examples/moderate.lua present|mute|kick|close MEETING [PERSON ...]
--
-- Exit status 1: it did not work, and standard error says why; 2: wrong usage.

local rtk = require("rtk")

local client = rtk.new()
local room = client.active_session
local commands = {}

function commands.present(meeting_id)
  for _, person in ipairs(assert(client.meetings:present(meeting_id))) do
    local name = (person.display_name or "?"):gsub("%c", "?")
    print(person.custom_participant_id or "-", name, person.joined_at)
  end
end

function commands.mute(meeting_id, people)
  if not people[1] then return assert(room:mute_all(meeting_id)) end
  assert(room:mute(meeting_id, { custom_participant_ids = people }))
end

function commands.kick(meeting_id, people)
  if not people[1] then return assert(room:kick_all(meeting_id)) end
  assert(room:kick(meeting_id, { custom_participant_ids = people }))
end

function commands.close(meeting_id)
  local done = assert(client.meetings:close(meeting_id))
  print(("%d removed, %d recordings stopped"):format(done.kicked, #done.recordings))
end

local run, meeting_id, people = commands[arg[1]], arg[2], {}
for index = 3, #arg do
  people[index - 2] = arg[index]
end
if not meeting_id or not run then
  io.stderr:write("usage: moderate.lua present|mute|kick|close MEETING [PERSON ...]\n")
  os.exit(2)
end
local ok, message = pcall(run, meeting_id, people)
if not ok then
  io.stderr:write(message, "\n")
  os.exit(1)
end
