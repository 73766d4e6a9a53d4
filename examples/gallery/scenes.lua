-- SPDX-License-Identifier: MIT
-- What the examples find when they run against the emulator: a school whose sessions the emulator
-- has held. Each function fills an emulator and returns what it did, in numbers.

local scenes = {
  SEED = 7,
  START = 1798761600, -- 2027-01-01, in seconds since 1970
  LIVE_SECONDS = 13 * 3600, -- that the scene `live` takes
}

local NAMES = {
  "Ada Byron",
  "Kurt Holm",
  "Ann Lee",
  "José Núñez",
  "李小明",
  "Łucja Żak",
  "Bob & Co <ops>",
  "Zoë Ångström",
}

local HOUR, DAY = 3600, 86400

local function add_person(meeting, index)
  return assert(meeting:ensure_participant({
    custom_participant_id = "user-" .. index,
    name = NAMES[index],
    preset_name = index == 1 and "group_call_host" or "group_call_participant",
  }))
end

-- Lets time pass until so many seconds since 1970.
local function pass_until(emulator, time)
  emulator:advance(math.max(0, time - emulator.clock:now() / 1000))
end

-- Lets people into a meeting, one every ten seconds; returns their peers.
local function join(emulator, meeting, people)
  local peers = {}
  for position, index in ipairs(people) do
    local participant = add_person(meeting, index)
    peers[position] = assert(emulator:join({ token = participant.token }))
    emulator:advance(10)
  end
  return peers
end

local function talk(emulator, peers)
  local lines = { "Good morning!", "Can everyone hear me?", "Yes, very well." }
  for position, peer in ipairs(peers) do
    local text = lines[position] or "Thank you."
    assert(emulator:chat({ peer_id = peer.id, text = text }))
    assert(emulator:speak({ peer_id = peer.id, text = text }))
  end
end

--- Nothing has happened yet.
function scenes.empty()
  return {}
end

--- Two lessons, with chat, transcript and recording, that ended two hours ago.
function scenes.lessons(emulator)
  local client = emulator:client()
  for _, title in ipairs({ "Algebra", "Logic" }) do
    local meeting = assert(client.meetings:create({
      title = title,
      record_on_start = true,
      summarize_on_end = true,
      transcribe_on_end = true,
    }))
    talk(emulator, join(emulator, meeting, { 1, 3, 4 }))
    emulator:advance(1200)
    assert(meeting:kick_all())
    emulator:advance(60)
    local recording = assert(meeting:recordings())[1]
    emulator:upload_recording({ id = recording.id, file_size = 300000 })
  end
  emulator:advance(2 * HOUR)
  return { sessions = 2 }
end

-- What is going on now: for how many minutes, with whom, and what is recorded or streamed.
local LIVE = {
  { title = "Night shift", minutes = 755, people = { 2 } },
  { title = "Algebra", minutes = 42, people = { 1, 3, 4, 5, 6 }, is_recorded = true },
  {
    title = "Ελληνικά for beginners",
    minutes = 31,
    people = { 5, 8, 6 },
    is_recorded = true,
  },
  { title = "Café français", minutes = 12, people = { 4, 8 } },
  { title = "Open day", minutes = 4, people = { 2, 7, 3 }, is_streamed = true },
}

--- Five sessions in progress, one of them forgotten since last night.
function scenes.live(emulator)
  local client = emulator:client()
  local now = emulator.clock:now() / 1000 + scenes.LIVE_SECONDS
  local people, meeting_id = 0, nil
  for _, held in ipairs(LIVE) do
    pass_until(emulator, now - held.minutes * 60)
    local meeting = assert(client.meetings:create({ title = held.title }))
    join(emulator, meeting, held.people)
    people = people + #held.people
    if held.title == "Algebra" then meeting_id = meeting.id end
    if held.is_recorded then assert(meeting:start_recording()) end
    if held.is_streamed then assert(meeting:start_livestream({})) end
  end
  pass_until(emulator, now)
  return { people = people, sessions = #LIVE, meeting_id = meeting_id }
end

-- The lessons of a weekday: what its number divides by, title, hour, minutes, people.
local LESSONS = {
  { every = 1, title = "Algebra", hour = 9, minutes = 45, people = { 1, 3, 4, 5 } },
  {
    every = 2,
    title = "Ελληνικά for beginners",
    hour = 11,
    minutes = 60,
    people = { 5, 6, 8 },
  },
  { every = 3, title = "Café français", hour = 14, minutes = 50, people = { 4, 3, 8, 6, 7 } },
  { every = 5, title = "Open day", hour = 16, minutes = 90, people = { 1, 2 }, viewers = 40 },
}

-- Holds one lesson, and adds what it was to the tally.
local function hold(emulator, meeting, lesson, day, tally)
  local minutes = lesson.minutes + (day * 7) % 20
  local peers, stream = {}, nil
  if lesson.viewers then
    stream = assert(emulator:client().livestreams:create({ name = lesson.title }))
    emulator:start_ingest({ id = stream.id })
    emulator:add_viewers({ id = stream.id, count = lesson.viewers + day })
    tally.viewer_seconds = tally.viewer_seconds + (lesson.viewers + day) * minutes * 60
  end
  for position, index in ipairs(lesson.people) do
    peers[position] = assert(emulator:join({ token = add_person(meeting, index).token }))
    tally.people[NAMES[index]] = (tally.people[NAMES[index]] or 0) + minutes
  end
  emulator:advance(minutes * 60)
  if stream then emulator:stop_ingest({ id = stream.id }) end
  for _, peer in ipairs(peers) do
    assert(emulator:leave({ peer_id = peer.id }))
  end
  tally.sessions = tally.sessions + 1
  tally.minutes = tally.minutes + minutes * #peers
end

-- The recordings that the emulator made of it get sizes of their own.
local function upload(emulator, meeting, day, tally)
  emulator:advance(120)
  for _, recording in ipairs(assert(meeting:recordings())) do
    if not tally.seen[recording.id] then
      local size = (180 + day * 37 % 240) * 1000000
      emulator:upload_recording({ id = recording.id, file_size = size })
      tally.seen[recording.id] = true
      tally.recordings, tally.bytes = tally.recordings + 1, tally.bytes + size
    end
  end
end

--- A month of lessons: the month in which the clock stands, whose first day it is.
function scenes.month(emulator)
  local client = emulator:client()
  local first = math.floor(emulator.clock:now() / 1000 / DAY) * DAY
  local meetings = {}
  for index, lesson in ipairs(LESSONS) do
    local body = { title = lesson.title, record_on_start = index ~= 2 }
    meetings[index] = assert(client.meetings:create(body))
  end
  local tally = { sessions = 0, minutes = 0, recordings = 0, bytes = 0, viewer_seconds = 0 }
  tally.people, tally.seen = {}, {}
  for day = 1, 31 do
    -- 1970-01-01 was a Thursday.
    local weekday = (math.floor(first / DAY) + day + 2) % 7
    for index, lesson in ipairs(LESSONS) do
      if weekday < 5 and day % lesson.every == 0 then
        pass_until(emulator, first + (day - 1) * DAY + lesson.hour * HOUR)
        hold(emulator, meetings[index], lesson, day, tally)
        upload(emulator, meetings[index], day, tally)
      end
    end
  end
  pass_until(emulator, first + 31 * DAY + 5 * HOUR)
  return tally
end

return scenes
