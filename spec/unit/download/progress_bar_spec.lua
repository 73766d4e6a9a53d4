-- SPDX-License-Identifier: MIT
-- The progress bar on a pseudo terminal, and where there is none.
local core = require("rtk.core")
local emulator = require("rtk.emulator")
local rtk = require("rtk")
local terminal = require("spec.support.servers.terminal")
local workdir = require("spec.support.servers.workdir")

local MIB = 2 ^ 20
local TOTAL = 281 * MIB

describe("rtk.progress_bar", function()
  local screen, marks

  setup(function()
    screen, marks = terminal.new(), 0
  end)

  teardown(function()
    screen:close()
  end)

  --- The lines that a function draws: each begins with a carriage return.
  local function drawn(columns, draw)
    screen:resize(columns)
    local start = #screen:output()
    draw(rtk.progress_bar(screen.file))
    marks = marks + 1
    screen.file:write("end " .. marks .. "\n")
    screen.file:flush()
    screen:wait_for("end " .. marks .. "\r\n")
    local text, lines = screen:output():sub(start + 1), {}
    for line in text:sub(1, text:find("end " .. marks, 1, true) - 1):gmatch("[^\r]+") do
      lines[#lines + 1] = line
    end
    return lines
  end

  it("draws percentage, bytes, speed and time left in one line, and ends it", function()
    local lines = drawn(80, function(bar)
      bar({ received = 0, total = TOTAL, seconds = 0 })
      bar({ received = TOTAL / 4, total = TOTAL, seconds = 5 })
      bar({ received = TOTAL, total = TOTAL, seconds = 20 })
    end)
    assert.same({
      "  0% [" .. (" "):rep(38) .. "]  0 B of 281.0 MiB",
      " 25% [######" .. (" "):rep(20) .. "]  70.2 MiB of 281.0 MiB  14.0 MiB/s  0:15 left",
      "100% [" .. ("#"):rep(38) .. "]  281.0 MiB  14.0 MiB/s  0:20",
    }, {
      (lines[1]:gsub(" +$", "")),
      lines[2],
      (lines[3]:gsub(" +$", "")),
    })
    -- What the longer line left behind is erased, and a new line begins.
    assert.equal(#lines[2], #lines[3])
    assert.equal("\n", lines[4])
  end)

  it("leaves out what does not fit, and never fills the last column", function()
    for columns, expected in pairs({
      [50] = " 50%  140.5 MiB of 281.0 MiB  14.0 MiB/s",
      [30] = " 50%  140.5 MiB of 281.0 MiB",
      [28] = " 50% [##########          ]",
      [10] = " 50%",
      [1] = " 50%",
    }) do
      local lines = drawn(columns, function(bar)
        bar({ received = 0, total = TOTAL, seconds = 0 })
        bar({ received = TOTAL / 2, total = TOTAL, seconds = 10 })
        bar()
      end)
      assert.equal(expected, (lines[2]:gsub(" +$", "")))
      assert.is_true(columns == 1 or #lines[2] < columns)
    end
  end)

  it("shows the bytes and the time that has passed where the total is unknown", function()
    local lines = drawn(80, function(bar)
      bar({ received = 500, seconds = 1 })
      bar({ received = 5 * 2 ^ 40 + 500, seconds = 3725 })
      bar()
      bar()
    end)
    assert.equal("500 B  0:01", (lines[1]:gsub(" +$", "")))
    assert.matches("^5%.0 TiB  1%.%d GiB/s  1:02:05 *$", lines[2])
    assert.equal("\n", lines[3])
    assert.is_nil(lines[4])
  end)

  it("knows no speed of what was there before, nor of a download that begins anew", function()
    local lines = drawn(80, function(bar)
      bar({ received = 100 * MIB, total = TOTAL, seconds = 1 })
      bar({ received = 101 * MIB, total = TOTAL, seconds = 2 })
      bar({ received = MIB, total = TOTAL, seconds = 3 })
      bar()
    end)
    assert.is_nil(lines[1]:find("/s", 1, true))
    assert.matches("101.0 MiB of 281.0 MiB  1.0 MiB/s  3:00 left", lines[2], 1, true)
    assert.is_nil(lines[3]:find("/s", 1, true))
  end)

  it("ends with a download, also where the server does not say how long it is", function()
    local emu = emulator.new()
    local client, path = emu:client(), os.tmpname()
    local meeting = assert(client.meetings:create({ title = "Long" }))
    local recording = assert(client.recordings:start({ meeting_id = meeting.id }))
    emu:upload_recording({ id = recording.id, file_size = 3 * MIB })
    for _, kind in ipairs({ "no_etag", "chunked" }) do
      emu:fault({ kind = kind })
      local lines = drawn(80, function(bar)
        assert(client.recordings:download(recording.id, path, { on_progress = bar }))
      end)
      assert.matches("^100%% %[#+%]  3%.0 MiB", lines[#lines - 1])
      assert.equal("\n", lines[#lines])
    end
    os.remove(path)
  end)

  it("is whole for an empty file", function()
    local lines = drawn(20, function(bar)
      bar({ received = 0, total = 0, seconds = 0 })
    end)
    assert.same({ "100%  0 B  0:00", "\n" }, { (lines[1]:gsub(" +$", "")), lines[2] })
  end)

  it("stays silent on a file that is no terminal, or is closed", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    local bar = rtk.progress_bar(file)
    bar({ received = 1, total = 2, seconds = 1 })
    bar()
    file:close()
    assert.equal("", workdir.read(path))
    os.remove(path)
    rtk.progress_bar(file)({ received = 1, total = 2, seconds = 1 })
    local leading = assert(io.open(screen.path, "w"))
    bar = rtk.progress_bar(leading)
    leading:close()
    bar({ received = 1, total = 2, seconds = 1 })
    bar()
  end)

  it("takes a file only", function()
    for _, given in ipairs({ false, 1, "stderr", {}, core.transport({}) }) do
      local ok, message = pcall(function()
        rtk.progress_bar(given)
      end)
      assert.is_false(ok)
      assert.matches("progress_bar_spec.lua:%d+: what rtk.progress_bar draws on must be", message)
    end
    assert.has_error(rtk.progress_bar)
    assert.has_error(function()
      rtk:progress_bar(io.stderr)
    end)
  end)
end)

describe("rtk.core.terminal_width", function()
  it("is that of the terminal, 80 if it does not say, nil elsewhere", function()
    local screen = terminal.new()
    screen:resize(123)
    assert.equal(123, core.terminal_width(screen.file))
    screen:resize(0)
    assert.equal(80, core.terminal_width(screen.file))
    screen:close()
    assert.is_nil(core.terminal_width(screen.file))
    local pipe = io.popen("true")
    assert.is_nil(core.terminal_width(pipe))
    pipe:close()
    assert.is_nil(core.terminal_width(pipe))
    for _, given in ipairs({ 1, {}, core.transport({}) }) do
      assert.is_false((pcall(core.terminal_width, given)))
    end
  end)
end)
