-- SPDX-License-Identifier: MIT
-- Downloads in a loop, in process.

local downloads = require("rtk.download")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

describe("rtk.download.chunks", function()
  local SIZE = 300000
  local emulator, client, channel, link

  before_each(function()
    emulator = new_emulator()
    client = emulator:client()
    channel = client._channel
    local meeting = assert(client.meetings:create({ title = "T" }))
    local recording = assert(client.recordings:start({ meeting_id = meeting.id }))
    emulator:upload_recording({ id = recording.id, file_size = SIZE })
    link = assert(recording:reload()).download_url
  end)

  local function assert_nothing_open()
    assert.same({ 0, 0 }, { client:in_flight(), channel.transport:pending() })
  end

  it("returns the content in chunks, then nil", function()
    local next_chunk = downloads.chunks(channel, { url = link }, {})
    local bytes, chunks = 0, 0
    for chunk in next_chunk do
      bytes, chunks = bytes + #chunk, chunks + 1
    end
    assert.equal(SIZE, bytes)
    assert.is_true(chunks > 1)
    assert.is_nil((next_chunk()))
    assert_nothing_open()
  end)

  it("returns nil, message, err on failure, then nil", function()
    local next_chunk = downloads.chunks(channel, { url = link:gsub("Signature=.*$", "") }, {})
    local chunk, message, err = next_chunk()
    assert.is_nil(chunk)
    assert.same({ 403, err.message }, { err.status, message })
    assert.equal("nil", type((next_chunk())))
    assert_nothing_open()
  end)

  it("leaves nothing open when it is closed, also while it waits for a link", function()
    local next_chunk, close = downloads.chunks(channel, { url = link }, {})
    assert.is_string(next_chunk())
    assert.equal(1, channel.transport:pending())
    close()
    assert.is_nil((next_chunk()))
    assert_nothing_open()
    next_chunk, close = downloads.chunks(channel, {
      renew = function()
        rtk.sleep(0.02)
        return link
      end,
    }, {})
    local results = rtk.gather({
      function()
        return (next_chunk())
      end,
      close,
    })
    assert.same({ true, "nil" }, { results[1][1], type(results[1][2]) })
    assert_nothing_open()
  end)
end)
