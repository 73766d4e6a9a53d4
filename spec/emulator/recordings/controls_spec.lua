-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local new_recordings = require("spec.support.clients.emulator_recordings").new

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("the emulator's recordings that fail", function()
  local recordings, api

  local function open(options)
    recordings = new_recordings(options)
    api = recordings.api
  end

  before_each(function()
    open()
  end)

  it("do so when the test says so, at any point before they are uploaded", function()
    for _, seconds in ipairs({ 0, 10 }) do
      local id = recordings:start().id
      api.emulator:advance(seconds)
      api.emulator:fail_recording({ id = id })
      api.emulator:advance(100)
      local recording = recordings:get(id)
      assert.equal("ERRORED", recording.status)
      assert.same({ reason = "INTERNAL_ERROR" }, recording.stop_reason)
      assert.equal(calls.null, recording.download_url)
      assert.same({ 400, "The recording is not in progress" }, recordings:refused(id, "stop"))
    end
    local id = recordings:start().id
    recordings:act(id, "stop")
    api.emulator:fail_recording({ id = id })
    assert.equal("ERRORED", recordings:get(id).status)
  end)

  it("do so when they are short and the option says so", function()
    for choice, status in pairs({ fail = "ERRORED", upload = "UPLOADED" }) do
      open({ short_recordings = choice })
      local id = recordings:start().id
      api.emulator:advance(3 + 4.9)
      recordings:act(id, "stop")
      api.emulator:advance(5)
      assert.equal(status, recordings:get(id).status)
      assert.equal("UPLOADED", recordings:finish().status)
    end
  end)

  it("have to exist and not to be over", function()
    local emulator = api.emulator
    for _, given in ipairs({ { id = UNKNOWN }, {}, { id = recordings:finish().id } }) do
      local ok, message = pcall(emulator.fail_recording, emulator, given)
      assert.is_false(ok)
      assert.matches("fail_recording", message)
    end
  end)
end)

describe("the emulator's recordings of a chosen size", function()
  local function size_of(api, id)
    return api:data("GET", "/recordings/" .. id).file_size
  end

  it("are uploaded at once, whatever they were, and stay so", function()
    local recordings = new_recordings()
    local emulator = recordings.api.emulator
    local started = recordings:start().id
    emulator:upload_recording({ id = started, file_size = 2 ^ 40 })
    local recording = recordings:get(started)
    assert.same({ "UPLOADED", 2 ^ 40 }, { recording.status, recording.file_size })
    assert.matches("^http", recording.download_url)
    emulator:advance(86400)
    assert.equal(2 ^ 40, size_of(recordings.api, started))
    local finished = recordings:finish().id
    emulator:upload_recording({ id = finished, file_size = 0 })
    assert.equal(0, size_of(recordings.api, finished))
  end)

  it("have to exist, not to have failed, and to have a size", function()
    local recordings = new_recordings()
    local emulator, id = recordings.api.emulator, recordings:start().id
    local failed = recordings:start({ allow_multiple_recordings = true }).id
    emulator:fail_recording({ id = failed })
    for _, given in ipairs({
      {},
      { id = UNKNOWN, file_size = 1 },
      { id = id },
      { id = id, file_size = -1 },
      { id = id, file_size = 1.5 },
      { id = id, file_size = 2 ^ 54 },
      { id = failed, file_size = 1 },
    }) do
      local ok, message = pcall(function()
        emulator:upload_recording(given)
      end)
      assert.is_false(ok)
      assert.matches("^[^:]*controls_spec.lua:%d+: upload_recording", message)
    end
  end)
end)
