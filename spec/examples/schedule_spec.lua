-- SPDX-License-Identifier: MIT
-- examples/schedule.lua with the timetable beside it, against an emulator with faults.

local example = require("spec.support.examples.example")

local ADD = "POST /meetings/{meeting_id}/participants"

describe("the example that schedules classes", function()
  local it_runs = example.around()

  -- Everything that is there, as text: each meeting that can be joined, with its people.
  local function scheduled()
    local lines = {}
    for meeting in it_runs.client.meetings:each({ status = "ACTIVE" }) do
      local people = {}
      for person in meeting:each_participant() do
        people[#people + 1] = person.custom_participant_id .. " " .. person.preset_name
      end
      table.sort(people)
      lines[#lines + 1] = meeting.title .. ": " .. table.concat(people, ", ")
    end
    table.sort(lines)
    return lines
  end

  local expected = {
    "Algebra, 2027-01-11 09:00: s1 student, s2 student, t1 teacher",
    "Algebra, 2027-01-12 09:00: s1 student, s2 student, t1 teacher",
    "Logic, 2027-01-11 10:00: s1 student, t2 teacher",
  }

  local function presets_named(name)
    local count = 0
    for preset in it_runs.client.presets:each() do
      if preset.name == name then count = count + 1 end
    end
    return count
  end

  it("makes everything once, though it runs twice", function()
    local first = it_runs:check("schedule.lua")
    assert.equal(3, select(2, first:gsub("\tcreated", "")))
    local second = it_runs:check("schedule.lua")
    assert.equal(first, (second:gsub("unchanged", "created")))
    assert.same(expected, scheduled())
    assert.equal(1, presets_named("teacher"))
    assert.equal(1, presets_named("student"))
    assert.equal(3, it_runs:count("POST /meetings"))
  end)

  it("makes everything once when it runs twice at once", function()
    local _, status = it_runs:run_beside("schedule.lua", function()
      it_runs:check("schedule.lua")
    end)
    assert.equal(0, status)
    assert.same(expected, scheduled())
    assert.equal(1, presets_named("student"))
  end)

  it("makes nothing twice and loses nothing when answers get lost and the API is down", function()
    for _, operation in ipairs({ "POST /presets", "POST /meetings", ADD }) do
      it_runs:tell("faults", { kind = "close", after = true, operation = operation, times = 2 })
      it_runs:tell("faults", { kind = "status", status = 503, operation = operation })
    end
    it_runs:tell("faults", { kind = "rate_limit", retry_after = 0, operation = ADD })
    it_runs:tell("faults", { kind = "html", operation = "GET /meetings" })
    it_runs:persist("schedule.lua", 3)
    assert.same(expected, scheduled())
    assert.equal(1, presets_named("teacher"))
  end)

  it("goes on where it was killed", function()
    it_runs:tell("faults", { kind = "latency", delay = 0, operation = ADD, times = 2 })
    it_runs:tell("faults", { kind = "stall", operation = ADD, times = 9 })
    it_runs:interrupt("schedule.lua", function()
      return it_runs:count(ADD) > 2
    end)
    it_runs:tell("clear_faults")
    it_runs:check("schedule.lua")
    assert.same(expected, scheduled())
  end)

  it("names what failed, goes on with the rest, and exits with 1", function()
    local fault = { kind = "status", status = 403, operation = "POST /meetings", message = "No." }
    it_runs:tell("faults", fault)
    local output, status = it_runs:run("schedule.lua")
    assert.equal(1, status)
    assert.equal(1, select(2, output:gsub("\tfailed\t[^\n]*: No%. %(HTTP 403", "")), output)
    assert.equal(2, #scheduled())
    it_runs:check("schedule.lua")
    assert.same(expected, scheduled())
  end)
end)
