-- SPDX-License-Identifier: MIT
-- The rows of the files that the emulator writes.

local calls = require("spec.support.clients.emulator_calls")
local rooms = require("spec.support.clients.emulator_room")
local rows = require("rtk.rows")

local SENTENCES = { 'Hello "all", <b>hi</b> & bye', "two\nlines", "", "a --> b: c" }

local function read(kind, text)
  local found, is_given = {}, false
  local next_row = rows.read(kind, function()
    if is_given then return nil end
    is_given = true
    return text
  end)
  while true do
    local row, message = next_row()
    assert(not message, message)
    if not row then return found end
    found[#found + 1] = row
  end
end

describe("rtk.rows of the emulator", function()
  local function talk(options)
    local api = calls.new(options)
    local room = rooms.new(api, { session_keep_alive_time_in_secs = 0, transcribe_on_end = true })
    room:join("Ann", "Bob")
    for index, text in ipairs(SENTENCES) do
      api.emulator:advance(1)
      room:speak(index % 2 == 1 and "Ann" or "Bob", text)
      room:chat(index % 2 == 1 and "Ann" or "Bob", text)
    end
    room:leave("Ann", "Bob")
    api.emulator:advance(60)
    return room
  end

  it("are the same from all formats of a transcript, as far as these go", function()
    local room = talk()
    local expected = read("transcript", room:content("transcript", "JSON"))
    assert.equal(#SENTENCES, #expected)
    for index, row in ipairs(expected) do
      assert.equal(SENTENCES[index], row.text)
      assert.is_true(row.end_time > row.start_time and row.start_time < 60)
      assert.equal(room.people[row.display_name].id, row.user_id)
      assert.is_true(row.left_at > row.joined_at)
    end
    for format, fields in pairs({
      CSV = { "start_time", "text", "display_name", "peer_id", "user_id", "custom_participant_id" },
      SRT = { "start_time", "end_time", "text", "display_name" },
      VTT = { "start_time", "end_time", "text", "display_name" },
    }) do
      local found = read("transcript", room:content("transcript", format))
      assert.equal(#expected, #found)
      for index, row in ipairs(found) do
        for _, name in ipairs(fields) do
          assert.equal(expected[index][name], row[name], format .. " " .. name)
        end
      end
    end
  end)

  it("have the seconds since 1970 from a transcript with dates", function()
    local offsets = read("transcript", talk():content("transcript", "CSV"))
    local dated = read("transcript", talk({ transcript_times = "date" }):content("transcript"))
    for index, row in ipairs(dated) do
      assert.is_true(row.is_dated)
      local seconds = row.start_time - dated[1].start_time
      local expected = offsets[index].start_time - offsets[1].start_time
      assert.is_true(math.abs(seconds - expected) < 1e-4)
    end
  end)

  it("are the same from both formats of a chat", function()
    local room = talk()
    local expected = read("chat", room:content("chat", "CSV"))
    assert.same(expected, read("chat", room:content("chat", "JSON")))
    assert.equal(#SENTENCES, #expected)
    for index, row in ipairs(expected) do
      assert.equal(SENTENCES[index], row.payload)
      assert.equal(room.id, row.meeting_id)
      assert.is_true(row.created_at > 1.6e9)
    end
  end)
end)
