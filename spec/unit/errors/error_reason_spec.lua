-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local error_reason = require("rtk.errors.error_reason")
local shell = require("spec.support.servers.shell")

describe("rtk.errors.error_reason", function()
  local RECORDING = "PUT /recordings/{recording_id}"
  local seen = {}

  local function assert_reason(expected, value, message, err)
    assert.is_nil(value)
    assert.equal(expected, err.reason, message)
    seen[expected] = true
  end

  local function new_client()
    local api = emulator.new({})
    local client = api:client({ runtime = clients.emulated_runtime(api), max_retries = 0 })
    return client, assert(client.meetings:create({ title = "T" })), api
  end

  it("tells what a recording already is", function()
    local client, meeting, api = new_client()
    assert_reason("not_active", client.recordings:get_active(meeting.id))
    local body = { meeting_id = meeting.id, url = "https://a.example" }
    local recording = assert(client.recordings:start(body))
    api:advance(30)
    assert_reason("already_running", client.recordings:start(body))
    assert_reason("already_running", recording:resume())
    assert(recording:pause())
    assert_reason("already_paused", recording:pause())
    assert(recording:stop())
    assert_reason("already_stopped", recording:stop())
    assert_reason("already_stopped", recording:pause())
  end)

  it("tells what a livestream already is", function()
    local client, meeting = new_client()
    assert_reason("not_active", client.livestreams:get_active(meeting.id))
    assert_reason("already_stopped", client.livestreams:stop(meeting.id))
    assert(client.livestreams:start(meeting.id))
    assert_reason("already_running", client.livestreams:start(meeting.id))
    assert(client.livestreams:stop(meeting.id))
    assert_reason("stopping", client.livestreams:start(meeting.id))
  end)

  it("tells that a session is not active", function()
    local client, meeting = new_client()
    assert_reason("not_active", client.active_session:get(meeting.id))
    assert_reason("not_active", client.active_session:kick_all(meeting.id))
    assert_reason("not_active", client.active_session:mute_all(meeting.id))
  end)

  it("is absent from other failures", function()
    local client, meeting = new_client()
    local unknown = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"
    for _, result in ipairs({
      { client.recordings:stop(unknown) },
      { client.active_session:get(unknown) },
      { client.meetings:get(unknown) },
      { client.meetings:update(meeting.id, { title = 5 }) },
    }) do
      assert.is_nil(result[1])
      assert.is_nil(result[3].reason, result[2])
    end
    local err = { status = 500, errors = { { message = "The recording is not in progress" } } }
    assert.is_nil(error_reason.of(err, RECORDING))
    assert.is_nil(error_reason.of({ status = 400, errors = {} }, nil))
    assert.is_nil(error_reason.of({ status = 400, errors = { { message = 5 } } }, RECORDING))
  end)

  it("has the reasons that the guide lists, and no others", function()
    local guide = shell.read("lua/rtk/http/README.md")
    local rows, listed = guide:match("| the call fails because |\n[| -]+\n(.-)\n\n"), {}
    for name in rows:gmatch("| `([a-z_]+)` |") do
      listed[name] = true
    end
    assert.same(listed, seen)
  end)
end)
