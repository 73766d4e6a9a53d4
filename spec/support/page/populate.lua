-- SPDX-License-Identifier: MIT
-- Fills an emulator with something of each kind, for a look at its page.

local function add(meeting, name)
  return assert(meeting:add_participant({
    name = name,
    preset_name = "group_call_participant",
    custom_participant_id = name:lower(),
  }))
end

local function hold_meeting(page, title)
  local meeting = assert(page.client.meetings:create({ title = title, record_on_start = true }))
  local ann, bob = add(meeting, "Ann Lee"), add(meeting, "<b>Bob</b>")
  page:tell("join", { meeting_id = meeting.id, participant_id = ann.id })
  page:tell("join", { meeting_id = meeting.id, participant_id = bob.id })
  page:tell("advance", { seconds = 10 })
  page:tell("chat", { participant_id = ann.id, text = "Good morning" })
  page:tell("speak", { participant_id = bob.id, text = "Let us begin" })
  assert(page.client.active_session:mute(meeting.id, { participant_ids = { bob.id } }))
  return meeting
end

--- Fills it.
---@param page table of spec.support.page.opened
---@return table<string, string> ids by the name of the kind
return function(page)
  local client = page.client
  local webhook = assert(client.webhooks:create({
    name = "Backend",
    url = page.url .. "/hook",
    events = { "meeting.started", "recording.statusUpdate" },
  }))
  local meeting = hold_meeting(page, "Stand-up with a title that is rather long")
  local livestream = assert(client.livestreams:create({ name = "Channel" }))
  page:tell("advance", { seconds = 5 })
  page:tell("start_ingest", { id = livestream.id })
  page:tell("add_viewers", { id = livestream.id, count = 3 })
  local failed =
    assert(client.recordings:start({ meeting_id = meeting.id, allow_multiple_recordings = true }))
  page:tell("fail_recording", { id = failed.id })
  page:tell("faults", { operation = "POST /meetings", kind = "rate_limit", retry_after = 0 })
  assert(client.meetings:create({ title = "Twice" }))
  client.meetings:get("00000000-0000-4000-8000-000000000abc")
  page:tell("faults", { kind = "status", status = 503, probability = 0.5, operation = "GET /apps" })
  return {
    meeting = meeting.id,
    session = page:read("objects?kind=sessions").rows[1].id,
    recording = failed.id,
    livestream = livestream.id,
    webhook = webhook.id,
  }
end
