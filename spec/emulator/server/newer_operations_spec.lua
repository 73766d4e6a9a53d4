-- SPDX-License-Identifier: MIT
-- The operations that are newer than the API reference, asked of the emulator's server with curl:
-- each request is written out here, and what it leaves behind is asked for again.
local cjson = require("cjson").new()
local http = require("spec.support.servers.emulator_http")
local server = require("rtk.emulator.server")

local APP_ID = "00000000-0000-4000-8000-000000000001"
local KIT = "/accounts/0123456789abcdef0123456789abcdef/realtime/kit"
local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

describe("over HTTP", function()
  local running

  setup(function()
    running = assert(server.start())
  end)

  teardown(function()
    running:stop()
  end)

  -- Sends a request below the base URL, with a body as it is written.
  local function send(method, path, body)
    local data = body and (" --data '" .. body .. "'") or ""
    local status, text = http.request(running.url .. path, "--request " .. method .. data)
    return status, cjson.decode(text)
  end

  local function app(method, path, body)
    return send(method, KIT .. "/" .. APP_ID .. path, body)
  end

  -- A call of the emulator itself.
  local function emulator(name, given)
    local base = running.url:gsub("/client/v4$", "")
    local options = "--request POST --data '" .. cjson.encode(given) .. "'"
    local status, text = http.request(base .. "/_emulator/" .. name, options)
    local reply = cjson.decode(text)
    return status == 200 and reply.data or nil, reply.error and reply.error.message
  end

  local function refusal(...)
    local status, reply = app(...)
    assert.is_false(reply.success)
    assert.equal(status, reply.error.code)
    return { status, reply.error.message }
  end

  local function meeting()
    local _, reply = app("POST", "/meetings", '{"title":"Talk"}')
    return reply.data.id, "/meetings/" .. reply.data.id
  end

  local function add(path, name)
    local body = '{"custom_participant_id":"NAME","name":"NAME","preset_name":"group_call_host"}'
    local status, reply = app("POST", path .. "/participants", (body:gsub("NAME", name)))
    assert.equal(201, status)
    return reply.data
  end

  it("GET /apps/{app_id} shows an app of the account", function()
    local status, created = send("POST", KIT .. "/apps", '{"name":"Mine"}')
    assert.equal(201, status)
    local path = KIT .. "/apps/" .. created.data.app.id
    local found
    status, found = send("GET", path)
    assert.equal(200, status)
    assert.same({ success = true, data = created.data.app }, found)
    status, found = send("GET", KIT .. "/apps/" .. UNKNOWN)
    assert.equal(404, status)
    assert.equal("No app found with id " .. UNKNOWN, found.error.message)
    assert.equal(400, (send("GET", KIT .. "/apps/mine")))
    assert.equal(404, (send("DELETE", path)))
  end)

  it("PUT /meetings/{meeting_id}/participants/{participant_id} replaces a participant", function()
    local _, path = meeting()
    local ann = add(path, "Ann")
    local one = path .. "/participants/" .. ann.id
    local body = '{"custom_participant_id":"u2","preset_name":"group_call_guest"}'
    for _ = 1, 2 do
      local status, reply = app("PUT", one, body)
      assert.equal(200, status)
      assert.same({ ann.id, "u2", "group_call_guest", cjson.null }, {
        reply.data.id,
        reply.data.custom_participant_id,
        reply.data.preset_name,
        reply.data.name,
      })
      assert.is_true(#reply.data.token > 20 and reply.data.token ~= ann.token)
    end
    local _, shown = app("GET", one)
    assert.equal("u2", shown.data.custom_participant_id)
    local required = 'BAD_REQUEST: "preset_name" is required'
    assert.same({ 400, required }, refusal("PUT", one, '{"custom_participant_id":"u2"}'))
    local none = { 404, "No user found with id " .. UNKNOWN }
    assert.same(none, refusal("PUT", path .. "/participants/" .. UNKNOWN, body))
  end)

  it("POST /meetings/{meeting_id}/active-session/mute and mute-all mute", function()
    local id, path = meeting()
    local ann, bob = add(path, "Ann"), add(path, "Bob")
    local mute, mute_all = path .. "/active-session/mute", path .. "/active-session/mute-all"
    local named = '{"participant_ids":["' .. ann.id .. '"]}'
    local none = { 404, "No active session found for meeting_id " .. id }
    assert.same(none, refusal("POST", mute, named))
    assert.same(none, refusal("POST", mute_all, '{"allow_unmute":true}'))
    local peer = emulator("join", { token = ann.token })
    emulator("join", { token = bob.token })

    local function room()
      local seen = assert(emulator("room", { meeting_id = id }))
      return { seen.allow_unmute, seen.participants[1].muted, seen.participants[2].muted }
    end
    local status, reply = app("POST", mute, named)
    assert.equal(200, status)
    assert.same({ "mute", 1 }, { reply.data.action, #reply.data.participants })
    assert.equal(peer.id, reply.data.participants[1].id)
    assert.same({ true, true, false }, room())
    status, reply = app("POST", mute, '{"custom_participant_ids":["Bob"],"participant_ids":[]}')
    assert.equal(200, status)
    assert.same({ "Bob", 1 }, { reply.data.participants[1].name, #reply.data.participants })
    assert.same({ true, true, true }, room())
    assert.is_true(emulator("unmute", { participant_id = ann.id }))
    assert.same({ true, false, true }, room())
    assert.equal(400, refusal("POST", mute, "{}")[1])

    status, reply = app("POST", mute_all, '{"allow_unmute":false}')
    assert.equal(200, status)
    assert.equal(2, reply.data.muted_participants_count)
    assert.same({ false, true, true }, room())
    local _, message = emulator("unmute", { participant_id = ann.id })
    assert.equal("the host does not allow to unmute", message)
    assert.same({ 400, 'BAD_REQUEST: "allow_unmute" is required' }, refusal("POST", mute_all, "{}"))
    assert.equal(200, (app("POST", mute_all, '{"allow_unmute":true}')))
    assert.same({ true, true, true }, room())
    emulator("leave", { participant_id = ann.id })
    emulator("leave", { participant_id = bob.id })
    assert.same({}, emulator("room", { meeting_id = id }).participants)
    status, reply = app("POST", mute_all, '{"allow_unmute":false}')
    assert.same({ 200, 0 }, { status, reply.data.muted_participants_count })
  end)

  it("GET …/livestream and …/livestream-sessions show what is streamed", function()
    local id, path = meeting()
    local none = { 404, "No livestream found for meeting_id " .. id }
    assert.same(none, refusal("GET", path .. "/livestream"))
    local peer = emulator("join", { token = add(path, "Ann").token })
    local listing = "/sessions/" .. peer.session_id .. "/livestream-sessions"
    local status, reply = app("GET", listing)
    assert.equal(200, status)
    assert.same({}, reply.data.data)
    assert.equal(0, reply.data.paging.total_count)

    local _, started = app("POST", path .. "/livestreams", '{"name":"Show"}')
    emulator("advance", { seconds = 10 })
    status, reply = app("GET", path .. "/livestream?page_no=1&per_page=1")
    assert.equal(200, status)
    assert.same({ started.data.id, id, "LIVE" }, {
      reply.data.livestream.id,
      reply.data.livestream.meeting_id,
      reply.data.livestream.status,
    })
    assert.same({ start_offset = 1, end_offset = 1, total_count = 1 }, reply.paging)
    local _, listed = app("GET", listing)
    assert.same(reply.data.sessions, listed.data.data)
    assert.same(reply.paging, listed.data.paging)
    local _, beyond = app("GET", listing .. "?page_no=2&per_page=1")
    assert.same({}, beyond.data.data)
    assert.equal(404, refusal("GET", "/sessions/" .. UNKNOWN .. "/livestream-sessions")[1])
  end)

  it("GET /webhooks/all lists events and is no webhook", function()
    local status, reply = app("GET", "/webhooks/all")
    assert.equal(200, status)
    assert.equal(9, #reply.data)
    assert.equal("meeting.started", reply.data[1])
    for _, name in ipairs(reply.data) do
      local body = ('{"name":"w","url":"https://example.com/%s","events":["%s"]}'):format(
        name,
        name
      )
      assert.equal(201, (app("POST", "/webhooks", body)))
    end
    assert.equal(400, (app("DELETE", "/webhooks/all")))
    assert.equal(404, (app("POST", "/webhooks/all", "{}")))
  end)
end)
