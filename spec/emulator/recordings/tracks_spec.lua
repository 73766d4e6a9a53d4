-- SPDX-License-Identifier: MIT
-- The files of recorded tracks, with real sessions.
local calls = require("spec.support.clients.emulator_calls")
local rooms = require("spec.support.clients.emulator_room")

describe("the emulator's recordings of tracks", function()
  local api, room, emulator

  local function begin(options)
    api = calls.new(options)
    emulator = api.emulator
    room = rooms.new(api, { title = "Talk" })
    room:join("Ann", "Bob")
  end

  before_each(function()
    begin()
  end)

  --- A recording of ten seconds that is uploaded.
  local function record(body)
    body.meeting_id = room.id
    local id = api:data("POST", "/recordings/track", body).recording.id
    emulator:advance(13)
    api:data("PUT", "/recordings/" .. id, { action = "stop" })
    emulator:advance(5)
    return api:data("GET", "/recordings/" .. id)
  end

  local function get(link)
    local path, query = link:match("^https?://[^/]*(/[^?]*)%?(.*)$")
    return emulator:handle({ method = "GET", path = path, query = query, headers = {} })
  end

  it("have a list of layers in place of a link, with a file for each peer", function()
    local recording = record({
      layers = { talk = { file_name_prefix = "t", media_kind = "audio" }, all = {} },
    })
    assert.equal("TRACK", recording.type)
    assert.matches("%.webm$", recording.output_file_name)
    assert.not_matches("{{", recording.output_file_name, 1, true)
    assert.is_string(recording.download_url_expiry)
    local layers = recording.download_url
    assert.same({ "all", "talk" }, { layers[1].layer_name, layers[2].layer_name })
    local users = {}
    for name, file in pairs(layers[2].download_urls) do
      local user, time = name:match("^t_(%a+)_[0-9a-f-]+_peer_audio_(%d+)%.webm$")
      users[user] = true
      assert.equal(13, #time)
      local reply = get(file.download_url)
      assert.equal(200, reply.status)
      local size = type(reply.body) == "string" and #reply.body or reply.body.size
      assert.equal(recording.file_size, 4 * size)
    end
    assert.same({ Ann = true, Bob = true }, users)
  end)

  it("are of the wanted users only", function()
    local layers = record({ user_ids = { "Bob" } }).download_url
    assert.equal(1, #layers)
    assert.equal("default", layers[1].layer_name)
    local name = next(layers[1].download_urls)
    assert.matches("^" .. room.id:gsub("%-", "%%-") .. "_Bob_", name)
    assert.is_nil(next(layers[1].download_urls, name))
    assert.same({}, record({ user_ids = { "Nobody" } }).download_url)
  end)

  it("are as long as one of the meeting with the option documented, and have one link", function()
    begin({ documented = true })
    local recording = record({})
    assert.is_nil(recording.type)
    assert.equal("string", type(recording.download_url))
    assert.equal(200, get(recording.download_url).status)
  end)

  it("show their layers in lists and in webhooks", function()
    local recording = record({})
    local listed = api:data("GET", "/recordings")[1]
    assert.equal("default", listed.download_url[1].layer_name)
    assert.equal("TRACK", listed.type)
    local events = api:events("recording.statusUpdate")
    local layer = events[#events].recording.downloadUrl[1]
    local name = next(recording.download_url[1].download_urls)
    assert.is_string(layer.download_urls[name].download_url)
  end)

  it("have a size that is a number, or text with the option sizes", function()
    assert.equal("number", type(record({}).file_size))
    begin({ sizes = "string" })
    assert.matches("^%d+$", record({}).file_size)
    assert.equal("string", type(api:data("GET", "/recordings")[1].file_size))
  end)
end)
