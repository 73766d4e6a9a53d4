-- SPDX-License-Identifier: MIT
-- Secrets: every operation is called on the emulator, successfully and with failures. No message,
-- event or text of an object contains a credential, a participant's token, a stream key, a storage
-- secret or a presigned URL.

local calls = require("spec.support.clients.emulator_calls")
local clients = require("spec.support.clients.clients")
local confidential = require("spec.support.asserts.confidential")
local rooms = require("spec.support.clients.emulator_room")
local rtk = require("rtk")
local wire_operations = require("spec.support.data.wire_operations")

local TOKEN = "api-token-4711"
local STORAGE = {
  type = "aws",
  access_key = "storage-access-key",
  secret = "storage-secret",
  bucket = "b",
  region = "us-east-1",
}
local SFTP = {
  type = "sftp",
  host = "sftp.example.com",
  password = "sftp-password",
  private_key = "sftp-private-key",
}

local rows = wire_operations.rows()

describe("a secret", function()
  local emulator, client, secrets, texts, ids

  -- Notes what a call gave, and every form of it that gets printed.
  local function note(value, message, err)
    confidential.collect(secrets, value)
    confidential.collect(secrets, err and err.body)
    texts[#texts + 1] = tostring(value) .. tostring(message) .. tostring(err)
    if type(value) == "table" then
      texts[#texts + 1] = tostring(getmetatable(value) and rtk.response(value))
      for _, item in ipairs(value) do
        texts[#texts + 1] = tostring(item)
      end
    end
    for name, field in pairs(err or {}) do
      if name ~= "body" and name ~= "errors" then texts[#texts + 1] = tostring(field) end
    end
    return value, message, err
  end

  local function on_event(event)
    for _, field in pairs(event) do
      texts[#texts + 1] = tostring(field)
    end
  end

  -- An app with something of everything, made by the client itself.
  local function populate()
    local api = calls.new()
    emulator = api.emulator
    local room = rooms.new(api)
    room:add("Ann", "group_call_host")
    local peer = room:join("Ann")
    client = emulator:client({
      api_token = TOKEN,
      on_event = on_event,
      runtime = clients.instant_runtime(),
    })
    local config = { storage_config = STORAGE }
    local made = note(assert(client.meetings:create({ title = "T", recording_config = config })))
    local guest = note(assert(made:add_participant({
      name = "Bob",
      preset_name = "group_call_participant",
      custom_participant_id = "bob",
    })))
    note(guest:refresh_token())
    ids = {
      meeting_id = room.id,
      participant_id = room.people.Ann.id,
      session_id = peer.session_id,
      peer_id = peer.id or peer.peer_id,
      preset_id = assert(client.presets:list())[1].id,
      livestream_id = note(assert(client.livestreams:create({ name = "L" }))).id,
      webhook_id = assert(client.webhooks:create({
        name = "W",
        url = "https://hooks.example.com/x",
        events = { "meeting.started" },
      })).id,
    }
    local recording = { meeting_id = room.id, storage_config = STORAGE }
    ids.recording_id = note(assert(client.recordings:start(recording))).id
    local track = note(assert(client.recordings:start_track({ meeting_id = room.id })))
    emulator:advance(10)
    assert(client.recordings:stop(ids.recording_id))
    note(assert(track:stop()))
    emulator:advance(600)
    assert.is_string(next(note(track:reload()).download_url[1].download_urls))
    note(client.livestreams:start(room.id))
  end

  before_each(function()
    secrets = { [TOKEN] = "credential" }
    for _, config in ipairs({ STORAGE, SFTP }) do
      confidential.collect(secrets, config)
    end
    texts = {}
    populate()
  end)

  -- Calls a row's method on what there is, with secrets in every body.
  local function call(row)
    local body = row.takes == "body" and { storage_config = SFTP, title = "T" } or nil
    local arguments = wire_operations.arguments(row, body)
    for position, name in ipairs(row.names) do
      arguments[position] = ids[name] or "unknown"
    end
    local ok, value, message, err = pcall(wire_operations.call, client, row, arguments)
    if not ok then
      texts[#texts + 1] = tostring(value)
      return nil
    end
    return note(value, message, err)
  end

  local function assert_kept()
    assert.is_true(#texts > 10)
    for _, text in ipairs(texts) do
      confidential.check(secrets, text, "a text")
    end
  end

  it("is in nothing that operations print", function()
    local worked = 0
    for _, row in ipairs(rows) do
      if row.verb ~= "DELETE" and call(row) then worked = worked + 1 end
    end
    for _, row in ipairs(rows) do
      if row.verb == "DELETE" then call(row) end
    end
    assert.is_true(worked > 30, worked .. " operations worked")
    local kinds = {}
    for _, name in pairs(secrets) do
      kinds[name] = true
    end
    for _, name in ipairs({ "token", "stream_key", "download_url", "secret", "private_key" }) do
      assert.is_true(kinds[name], "no " .. name .. " was seen")
    end
    assert_kept()
  end)

  for _, fault in ipairs({
    { kind = "refuse" },
    { kind = "close" },
    { kind = "truncate" },
    { kind = "reset" },
    { kind = "stall" },
    { kind = "wrong_length" },
    { kind = "invalid_json" },
    { kind = "empty" },
    { kind = "bad_gzip" },
    { kind = "html" },
    { kind = "redirect", location = "https://elsewhere.example/?" .. TOKEN },
    { kind = "rate_limit" },
    { kind = "throttled" },
    { kind = "status", status = 400, message = "bad token " .. TOKEN },
    { kind = "status", status = 401, envelope = "gateway", code = 10000 },
    { kind = "status", status = 403, envelope = "gateway", message = "Bearer " .. TOKEN },
    { kind = "status", status = 409 },
    { kind = "status", status = 422, message = "cannot read https://x/y?X-Signature=" .. TOKEN },
    { kind = "status", status = 500 },
    { kind = "status", status = 503, retry_after = 1 },
  }) do
    it("is in nothing that a failure prints: " .. fault.kind .. (fault.status or ""), function()
      for _, row in ipairs(rows) do
        emulator:clear_faults()
        fault.times = 9
        emulator:fault(fault)
        call(row)
      end
      assert_kept()
    end)
  end

  it("is not in what the API says when it quotes what it refuses", function()
    local said = ("%s %s %s"):format(STORAGE.access_key, STORAGE.secret, SFTP.password)
    local answer = { status = 422, json = { success = false, error = { message = said } } }
    local refused, told = clients.fake({ answer }, { on_event = on_event }), #texts
    note(refused.recordings:start({ meeting_id = "m1", storage_config = STORAGE, also = SFTP }))
    assert.is_true(#texts > told)
    for index = told + 1, #texts do
      for _, secret in ipairs({ STORAGE.access_key, STORAGE.secret, SFTP.password }) do
        assert.falsy(texts[index]:find(secret, 1, true), texts[index])
      end
    end
  end)

  it("cannot be reached by printing all of a client, a value or an error", function()
    local own = { [TOKEN] = "credential" }
    local legacy = { basic = { "organization", "legacy-api-key" }, api_token = nil }
    legacy.base_url, legacy.headers = "http://127.0.0.1/v2", { ["X-Secret"] = "header-secret" }
    own["legacy-api-key"], own["header-secret"] = "credential", "header"
    own["b3JnYW5pemF0aW9uOmxlZ2FjeS1hcGkta2V5"] = "credential"
    legacy.proxy = "http://proxy-user:proxy-password@127.0.0.1:1"
    own["proxy-password"] = "credential of a proxy"
    local other = rtk.new(legacy)
    confidential.check(own, confidential.dump(other), "a client")
    other:close()
    confidential.check(own, confidential.dump(client), "a client")
    for _, row in ipairs(rows) do
      local value, _, err = call(row)
      confidential.check(own, confidential.dump(value), "a value of " .. row.title)
      confidential.check(own, confidential.dump(err), "an error of " .. row.title)
    end
  end)
end)
