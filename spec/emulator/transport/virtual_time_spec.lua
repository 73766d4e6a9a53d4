-- SPDX-License-Identifier: MIT
-- A client whose waits advance the emulator's clock.
local core = require("rtk.core")
local emulator = require("rtk.emulator")
local rtk = require("rtk")

describe("a client with virtual time", function()
  local emu, client, start

  before_each(function()
    emu = emulator.new({ start_time = 1000 })
    client = emu:client({ virtual_time = true })
    start = core.now()
  end)

  local function passed()
    return emu.clock:now() / 1000 - 1000
  end

  -- Hours of waiting would be noticed, whatever the machine does.
  after_each(function()
    assert.is_true(core.now() - start < 60)
  end)

  it("waits before retries without sleeping", function()
    emu:fault({ operation = "GET /meetings", kind = "rate_limit", retry_after = 60, times = 2 })
    assert(client.meetings:list())
    assert.is_true(passed() >= 120)
  end)

  it("keeps to a deadline in the emulator's time", function()
    emu:fault({ operation = "GET /meetings", kind = "status", status = 503, times = 1000 })
    local _, _, err = client.meetings:list(nil, { max_retries = 1000, total_timeout = 1800 })
    assert.equal("server", err.kind)
    assert.is_true(passed() > 1000 and passed() <= 1800)
  end)

  it("waits for what the emulator does in time", function()
    local meeting = assert(client.meetings:create({ title = "Long" }))
    local recording =
      assert(client.recordings:start({ meeting_id = meeting.id, max_seconds = 600 }))
    assert(recording:wait({ status = "UPLOADED", timeout = 7200 }))
    assert.is_true(passed() >= 600 and passed() < 7200)
    local _, _, err = recording:wait({ status = "RECORDING", timeout = 60 })
    assert.equal("passed", err.reason)
  end)

  it("waits for its limiter", function()
    emu = emulator.new({
      start_time = 1000,
      rate_limit = { quota = 5, window = 300, block = 300 },
    })
    client = emu:client({
      virtual_time = true,
      rate_limit = rtk.rate_limit.memory(),
      max_retry_wait = 600,
    })
    for _ = 1, 12 do
      assert(client.meetings:list())
    end
    assert.is_true(passed() >= 300)
  end)

  it("lets tasks share the time", function()
    local functions = {}
    for index = 1, 5 do
      functions[index] = function()
        return assert(client.meetings:create({ title = "T" .. index })).title
      end
    end
    for index, result in ipairs(rtk.gather(functions)) do
      assert.same({ true, "T" .. index }, { result[1], result[2] })
    end
  end)

  it("downloads in it, and no longer than the timeout of a download", function()
    local meeting = assert(client.meetings:create({ title = "Long" }))
    local recording = assert(client.recordings:start({ meeting_id = meeting.id }))
    emu:upload_recording({ id = recording.id, file_size = 300000 })
    emu:fault({ operation = "GET /download", kind = "truncate", bytes = 1000 })
    local bytes = 0
    assert(client.recordings:download(recording.id, function(chunk)
      bytes = bytes + #chunk
    end))
    assert.equal(300000, bytes)
    local function take() end
    emu:fault({ operation = "GET /download", kind = "close", times = 1000 })
    local options = { timeout = 1800, max_retries = 1000 }
    local before = passed()
    local _, message = client.recordings:download(recording.id, take, options)
    assert.matches("timeout left no time for another attempt", message, 1, true)
    assert.is_true(passed() - before > 1700 and passed() - before <= 1800)
  end)
end)
