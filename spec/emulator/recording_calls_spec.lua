-- SPDX-License-Identifier: MIT
local calls = require("spec.support.emulator_calls")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("the emulator's recordings that fail", function()
  local api, meeting

  local function open(options)
    api = calls.new(options)
    meeting = api:data("POST", "/meetings", {}).id
  end

  before_each(function()
    open()
  end)

  local function start()
    return api:data("POST", "/recordings", { meeting_id = meeting })
  end

  local function get(id)
    return api:data("GET", "/recordings/" .. id)
  end

  local function act(id, action)
    return api:data("PUT", "/recordings/" .. id, { action = action })
  end

  local function refused(id, action)
    return { api:failure("PUT", "/recordings/" .. id, { action = action }) }
  end

  --- A recording of 60 seconds that is uploaded.
  local function finish()
    local id = start().id
    api.emulator:advance(63)
    act(id, "stop")
    api.emulator:advance(5)
    return get(id)
  end

  it("do so when the test says so, at any point before they are uploaded", function()
    for _, seconds in ipairs({ 0, 10 }) do
      local id = start().id
      api.emulator:advance(seconds)
      api.emulator:fail_recording({ id = id })
      api.emulator:advance(100)
      local recording = get(id)
      assert.equal("ERRORED", recording.status)
      assert.same({ reason = "INTERNAL_ERROR" }, recording.stop_reason)
      assert.equal(calls.null, recording.download_url)
      assert.same({ 400, "The recording is not in progress" }, refused(id, "stop"))
    end
    local id = start().id
    act(id, "stop")
    api.emulator:fail_recording({ id = id })
    assert.equal("ERRORED", get(id).status)
  end)

  it("do so when they are short and the option says so", function()
    for choice, status in pairs({ fail = "ERRORED", upload = "UPLOADED" }) do
      open({ short_recordings = choice })
      local id = start().id
      api.emulator:advance(3 + 4.9)
      act(id, "stop")
      api.emulator:advance(5)
      assert.equal(status, get(id).status)
      assert.equal("UPLOADED", finish().status)
    end
  end)

  it("have to exist and not to be over", function()
    local emulator = api.emulator
    for _, given in ipairs({ { id = UNKNOWN }, {}, { id = finish().id } }) do
      local ok, message = pcall(emulator.fail_recording, emulator, given)
      assert.is_false(ok)
      assert.matches("fail_recording", message)
    end
  end)
end)
