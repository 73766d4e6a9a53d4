-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local emulator_server = require("rtk.emulator.server")
local fake_transport = require("spec.support.clients.fake_transport")
local rtk = require("rtk")

describe("rtk.hints.argument_hint", function()
  local api, client, meeting

  before_each(function()
    api = emulator.new({})
    client = api:client({ max_retries = 0 })
    meeting = assert(client.meetings:create({ title = "T" }))
  end)

  local function assert_hint(words, value, message, err)
    assert.is_nil(value)
    assert.truthy(message:find(words, 1, true), message)
    assert.truthy(err.hint:find(words, 1, true), err.hint)
    assert.equal(message, err.message)
  end

  -- The hint after a refusal of a body.
  local function hint_of(body, status, method)
    local refused = { status = status, json = { success = false, error = { message = "no" } } }
    local fake, transport = clients.fake({ refused }, { max_retries = 0 })
    local _, _, err = fake.meetings[method or "add_participant"](fake.meetings, "m1", body)
    assert.equal(1, #transport.requests)
    return err.hint
  end

  it("names today's fields for those of Dyte", function()
    assert_hint(
      "body.clientSpecificId is called custom_participant_id, "
        .. "body.presetName is called preset_name",
      meeting:add_participant({ presetName = "group_call_host", clientSpecificId = "u1" })
    )
    for dyte, ours in pairs({
      client_specific_id = "custom_participant_id",
      customParticipantId = "custom_participant_id",
      userDetails = "name and picture",
      roleName = "preset_name",
      preset = "preset_name",
    }) do
      local expected = ("body.%s is called %s"):format(dyte, ours)
      assert.equal(expected, hint_of({ [dyte] = "x" }, 400))
      assert.equal(expected, hint_of({ [dyte] = "x" }, 422))
    end
    local expected = "body.recordOnStart is called record_on_start"
    assert.equal(expected, hint_of({ recordOnStart = true }, 422, "update"))
    assert.equal("body.roomName is called title", hint_of({ roomName = "x" }, 422, "update"))
  end)

  it("names misspelt fields, and shows no values", function()
    assert.equal("body.titel is called title", hint_of({ titel = "private" }, 422, "update"))
    local hint = hint_of({ ["name\n" .. ("e"):rep(9)] = "private" }, 400) or ""
    assert.falsy(hint:find("[%c]") or hint:find("private", 1, true), hint)
  end)

  it("leaves unknown fields alone that the API takes, or that are like no other", function()
    local ok = { json = { success = true, data = { id = "m1" } } }
    local fake, transport = clients.fake({ ok })
    assert(fake.meetings:update("m1", { presetName = "x" }))
    assert.equal('{"presetName":"x"}', transport:last().body)
    assert.is_nil(hint_of({ completely_new_thing = 1 }, 422, "update"))
    assert.is_nil(hint_of({ title = 5 }, 400, "update"))
    assert.is_nil(hint_of({ presetName = "x" }, 500))
    assert.is_nil(hint_of(nil, 400, "update"))
  end)

  it("keeps to a bounded number of fields", function()
    local body = {}
    for index = 1, 1000 do
      body["titl" .. index] = 1
    end
    local hint = hint_of(body, 422, "update")
    assert.is_true(#hint < 400, #hint)
  end)

  it("says that a custom id is no participant's id, without a further request", function()
    local body = { custom_participant_id = "u1", preset_name = "group_call_host", name = "Ann" }
    assert(meeting:add_participant(body))
    local before = #api:journal()
    local words = "not custom_participant_id: client.meetings:find_participant"
    assert_hint(words, client.meetings:get_participant(meeting.id, "u1"))
    assert_hint(words, client.meetings:update_participant(meeting.id, "u1", { name = "B" }))
    assert_hint(words, client.meetings:refresh_participant_token(meeting.id, "u1"))
    assert.equal(before + 3, #api:journal())
    local _, _, err = client.meetings:get_participant(meeting.id, meeting.id)
    assert.is_nil(err.hint)
  end)

  it("says that a meeting's id is no session's id, without a further request", function()
    local before = #api:journal()
    local words = "client.sessions:each{ associated_id = meeting_id }"
    assert_hint(words, client.sessions:get(meeting.id))
    assert_hint(words, client.sessions:list_participants(meeting.id))
    assert_hint(words, client.sessions:get_chat(meeting.id))
    assert.equal(before + 3, #api:journal())
  end)

  it(
    "says nothing about the id of a session that the API knows, and that has no such file",
    function()
      local body = { custom_participant_id = "u1", preset_name = "group_call_host", name = "Ann" }
      local peer = api:join({ token = assert(meeting:add_participant(body)).token })
      api:leave({ peer_id = peer.id })
      api:advance(300)
      for _, name in ipairs({ "get_chat", "get_summary" }) do
        local value, _, err = client.sessions[name](client.sessions, peer.session_id)
        assert.is_nil(value)
        assert.same({ "not_found" }, { err.kind, err.hint })
      end
    end
  )

  it("hints at basic when a token is sent to the older API", function()
    local server = emulator_server.start({ port = 0 })
    finally(function()
      server:stop()
    end)
    local url = server.url:gsub("/client/v4$", "/v2")
    local options = { base_url = url, api_token = "some-token-1", account_id = "a", app_id = "b" }
    local words = "which takes no api_token but basic = { organization_id, api_key }"
    assert_hint(words, rtk.new(options).meetings:list())
    local legacy = rtk.new({ base_url = url, basic = { api.app_id, "key" } })
    assert(legacy.meetings:list())
    local transport = fake_transport.new({ { status = 401 } })
    local _, _, err = rtk.new({ basic = { "o", "k" }, transport = transport }).meetings:list()
    assert.falsy(err.hint:find("takes no api_token", 1, true))
  end)
end)
