-- SPDX-License-Identifier: MIT
-- examples/dashboard, with an emulator in which sessions are in progress.

package.path = "examples/dashboard/?.lua;" .. package.path

local example = require("spec.support.examples.example")
local shell = require("spec.support.servers.shell")
local terminal = require("terminal")
local workdir = require("spec.support.servers.workdir")

describe("the dashboard", function()
  local it_runs, meeting

  setup(function()
    it_runs = example.start({ start_time = os.time() })
    meeting = assert(it_runs.client.meetings:create({ title = "Algebra \27[31m" }))
    for index, name in ipairs({ "Łucja Żak", "李小明", "Ann\226\128\174Lee" }) do
      local body = { custom_participant_id = "u" .. index, name = name }
      body.preset_name = "group_call_host"
      local participant = assert(meeting:add_participant(body))
      it_runs:tell("join", { token = participant.token })
    end
    assert(meeting:start_recording())
    it_runs:tell("advance", { seconds = 10 })
  end)

  teardown(function()
    it_runs:stop()
  end)

  -- Of the pages that are asked for at once, the first is not the first to come.
  local function refuse_sessions()
    local fault = { kind = "status", status = 403, operation = "GET /sessions", times = 9 }
    it_runs:tell("faults", fault)
  end

  after_each(function()
    it_runs:tell("clear_faults")
  end)

  local function look(columns)
    local output, status = it_runs:run("dashboard/dashboard.lua --once", "env COLUMNS=" .. columns)
    assert.equal(0, status, output)
    return output
  end

  it("prints plain lines where there is no terminal", function()
    local lines = shell.split(look(120))
    assert.equal("1 live session, 3 people", lines[1])
    assert.matches("^MEETING +PEOPLE +TIME +RECORDING +LIVESTREAM +WHO$", lines[2])
    assert.matches("^Algebra %?%[31m +3 +%d:%d%d:%d%d +recording +", lines[3])
    assert.truthy(lines[3]:find("Ann?Lee, 李小明, Łucja Żak", 1, true), lines[3])
  end)

  it("fits every width, and leaves out what has no room", function()
    for _, columns in ipairs({ 15, 24, 40, 60, 72, 80, 100, 200 }) do
      for _, line in ipairs(shell.split(look(columns))) do
        assert.is_true(terminal.columns(line) < math.max(columns, 30), line)
        assert.falsy(line:find("\27", 1, true))
      end
    end
    assert.falsy(look(40):find("RECORDING", 1, true))
  end)

  it("exits with 1 and the message where a look fails, and with 2 for wrong usage", function()
    refuse_sessions()
    local output, status = it_runs:run("dashboard/dashboard.lua --once")
    assert.equal(1, status)
    assert.matches("^[^\n]*HTTP 403[^\n]*$", output)
    for _, arguments in ipairs({ "0", "-1", "often" }) do
      output, status = it_runs:run("dashboard/dashboard.lua " .. arguments)
      assert.equal(2, status)
      assert.matches("^usage: ", output)
    end
  end)

  it("keeps to the limit of the API, and looks less often then", function()
    local limited =
      example.start({ emulator = { rate_limit = { quota = 8, window = 1, block = 60 } } })
    for number = 1, 3 do
      local held = assert(limited.client.meetings:create({ title = "Class " .. number }))
      local body = { custom_participant_id = "a", name = "Ann", preset_name = "group_call_host" }
      limited:tell("join", { token = assert(held:add_participant(body)).token })
    end
    limited:interrupt("dashboard/dashboard.lua 0.01", function()
      return limited:count("GET /sessions") >= 3
    end)
    for _, entry in ipairs(limited:tell("journal")) do
      assert.are_not.equal(429, entry.status)
    end
    limited:stop()
  end)

  it("is drawn in place on a terminal, goes on after a failure, and ends with Ctrl-C", function()
    local directory = workdir.new()
    local keys, log = directory .. "/keys", directory .. "/log"
    shell.check("mkfifo " .. keys)
    local program = it_runs:environment()
      .. (" env -u COLUMNS %s examples/dashboard/dashboard.lua 0.05; "):format(shell.lua())
      .. "echo status $?"
    -- Ctrl-C reaches the terminal's shell as well, which goes on.
    local setting = "trap : INT; stty cols 70; "
    local command = "script --quiet --flush --return --command %s %s <%s >/dev/null 2>&1"
    local pipe = io.popen(command:format(shell.quote(setting .. program), log, keys))
    local keyboard = assert(io.open(keys, "w"))
    local function wait_for(text)
      assert.truthy(
        it_runs.wait_for(function()
          return workdir.read(log):find(text, 1, true)
        end),
        workdir.read(log)
      )
    end
    wait_for("\27[H\27[1m1 live session, 3 people\27[0m\27[K")
    refuse_sessions()
    wait_for("HTTP 403")
    assert(meeting:kick_all())
    wait_for("0 live sessions, 0 people")
    keyboard:write("\3")
    keyboard:flush()
    wait_for("status 0")
    keyboard:close()
    pipe:close()
    local output = workdir.read(log)
    workdir.remove(directory)
    -- The screen and the cursor are as they were.
    assert.truthy(output:find("\27[?25h\27[?1049l", 1, true))
    assert.falsy(output:find("traceback", 1, true))
  end)
end)

describe("the columns of a text", function()
  it("are those of a terminal", function()
    for text, columns in pairs({
      [""] = 0,
      ["Ann"] = 3,
      ["José"] = 4,
      ["Jose\204\129"] = 4,
      ["李小明"] = 6,
      ["한"] = 2,
      ["🎓"] = 2,
      ["\255"] = 1,
    }) do
      assert.equal(columns, terminal.columns(text), text)
    end
  end)

  it("are exactly those that a text is fitted to", function()
    for _, text in ipairs({
      "",
      "Ann",
      "李小明",
      "Łucja Żak",
      "🎓🎓🎓",
      "a\27[31m\194\155b\n",
    }) do
      for columns = 1, 12 do
        local fitted = terminal.fit(text, columns)
        assert.equal(columns, terminal.columns(fitted), fitted)
        assert.falsy(fitted:find("%c"))
      end
    end
  end)
end)
