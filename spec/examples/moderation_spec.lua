-- SPDX-License-Identifier: MIT
-- examples/moderate.lua and examples/end_of_day.lua, against an emulator with faults.

local example = require("spec.support.examples.example")
local shell = require("spec.support.servers.shell")

local ROOM = "POST /meetings/{meeting_id}/active-session/"

describe("the examples", function()
  local it_runs = example.around()
  local meeting

  local function join(id, name)
    local participant = assert(it_runs.client.meetings:ensure_participant(meeting.id, {
      custom_participant_id = id,
      name = name,
      preset_name = "group_call_participant",
    }))
    it_runs:tell("join", { token = participant.token })
  end

  before_each(function()
    meeting = assert(it_runs.client.meetings:create({ title = "Algebra" }))
    join("s1", "Ann Lee")
    join("s2", "Bob \27[31mRay")
  end)

  local function moderate(command, people)
    return it_runs:check(("moderate.lua %s %s %s"):format(command, meeting.id, people or ""))
  end

  local function present()
    local names = {}
    for index, person in ipairs(assert(meeting:present())) do
      names[index] = person.custom_participant_id
    end
    return names
  end

  describe("that moderates", function()
    it("says who is there, with nothing that upsets a terminal", function()
      local output = moderate("present")
      local lines = shell.split(output)
      table.sort(lines)
      assert.equal(2, #lines)
      assert.matches("^s1\tAnn Lee\t%d+%-[%d%-T:.]+Z$", lines[1])
      assert.matches("^s2\tBob %?%[31mRay\t%d+%-[%d%-T:.]+Z$", lines[2])
    end)

    it("mutes and removes the people named, though answers get lost", function()
      for _, kind in ipairs({ "mute", "kick" }) do
        it_runs:tell("faults", { kind = "status", status = 502, operation = ROOM .. kind })
        it_runs:tell("faults", { kind = "close", after = true, operation = ROOM .. kind })
      end
      moderate("mute", "s1")
      for _, person in ipairs(it_runs:tell("room", { meeting_id = meeting.id }).participants) do
        assert.equal(person.custom_participant_id == "s1", person.muted)
      end
      moderate("kick", "s2")
      assert.same({ "s1" }, present())
    end)

    it("means all where it names nobody", function()
      moderate("mute")
      for _, person in ipairs(it_runs:tell("room", { meeting_id = meeting.id }).participants) do
        assert.is_true(person.muted)
      end
      moderate("kick")
      assert.same({}, present())
    end)

    it("closes a meeting, again and again", function()
      assert(meeting:start_recording())
      it_runs:tell("faults", { kind = "close", after = true, operation = ROOM .. "kick-all" })
      assert.matches("1 recordings stopped$", moderate("close"))
      assert.equal("0 removed, 0 recordings stopped", moderate("close"))
      assert.equal("INACTIVE", meeting:reload().status)
      assert.same({}, present())
    end)

    it("exits with 1 for a failure, whose message it prints, and with 2 for wrong usage", function()
      local output, status = it_runs:run("moderate.lua kick " .. meeting.id .. " nobody")
      assert.equal(1, status)
      assert.matches("^[^\n]*HTTP 404[^\n]*$", output)
      for _, arguments in ipairs({ "", "kick", "close", "kik " .. meeting.id }) do
        output, status = it_runs:run("moderate.lua " .. arguments)
        assert.equal(2, status)
        assert.matches("^usage: ", output)
      end
    end)
  end)

  describe("that ends forgotten sessions", function()
    it("shows them before it ends them, and ends each once", function()
      assert.equal("", it_runs:check("end_of_day.lua 12"))
      it_runs:tell("advance", { seconds = 13 * 3600 })
      assert.matches("^would end\t[%x-]+\t[^\t]+\tAlgebra$", it_runs:check("end_of_day.lua 12"))
      assert.equal(2, #present())
      it_runs:tell("faults", { kind = "stall", operation = ROOM .. "kick-all" })
      it_runs:interrupt("end_of_day.lua 12 --end", function()
        return it_runs:count(ROOM .. "kick-all") == 1
      end)
      assert.same({}, present())
      assert.equal("", it_runs:check("end_of_day.lua 12 --end"))
      assert.equal("ACTIVE", meeting:reload().status)
    end)

    it("goes on after lost answers, and tells what is left", function()
      it_runs:tell("advance", { seconds = 13 * 3600 })
      it_runs:tell("faults", { kind = "status", status = 503, operation = "GET /sessions" })
      it_runs:tell("faults", { kind = "rate_limit", retry_after = 0, operation = "GET /sessions" })
      local kick = { kind = "status", status = 403, operation = ROOM .. "kick-all" }
      it_runs:tell("faults", kick)
      local output, status = it_runs:run("end_of_day.lua 12 --end")
      assert.equal(1, status)
      assert.matches("^failed to end [%x-]+: [^\n]*HTTP 403[^\n]*$", output)
      it_runs:tell("faults", { kind = "close", after = true, operation = ROOM .. "kick-all" })
      assert.matches("^ended\t", it_runs:check("end_of_day.lua 12 --end"))
      assert.same({}, present())
    end)

    it("exits with 2 for wrong usage", function()
      for _, arguments in ipairs({ "", "x", "-1", "12 --edn" }) do
        assert.equal(2, select(2, it_runs:run("end_of_day.lua " .. arguments)))
      end
    end)
  end)
end)
