-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")
local cjson = require("cjson")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

--- Decodes base64url, to look into tokens without the emulator's own code.
local function decode(text)
  local bits = text:gsub(".", function(character)
    local value, digits = ALPHABET:find(character, 1, true) - 1, ""
    for _ = 1, 6 do
      digits, value = value % 2 .. digits, math.floor(value / 2)
    end
    return digits
  end)
  return (
    bits:gsub("%d%d?%d?%d?%d?%d?%d?%d?", function(byte)
      return #byte == 8 and string.char(tonumber(byte, 2)) or ""
    end)
  )
end

local function claims_of(token)
  local header, payload, signature = token:match("^([%w_-]+)%.([%w_-]+)%.([%w_-]+)$")
  assert.same({ alg = "RS256", typ = "JWT" }, cjson.decode(decode(header)))
  assert.is_true(#signature > 0)
  return cjson.decode(decode(payload))
end

describe("the emulator's participants", function()
  local api, all

  local function open(options)
    api = calls.new(options)
    all = "/meetings/" .. api:data("POST", "/meetings", {}).id .. "/participants"
  end

  before_each(function()
    open()
  end)

  local function add(more)
    local body = { custom_participant_id = "u1", preset_name = "group_call_host" }
    for name, value in pairs(more or {}) do
      body[name] = value
    end
    return api:data("POST", all, body)
  end

  local function preset_id(name)
    return api:data("GET", "/presets?search=" .. name)[1].id
  end

  it("are added with a token", function()
    local status, reply = api:send("POST", all, {
      custom_participant_id = "u1",
      preset_name = "group_call_host",
      name = "Ann",
      picture = "https://example.com/a.png",
    })
    assert.equal(201, status)
    local participant = reply.data
    assert.is_string(participant.token)
    assert.equal("u1", participant.custom_participant_id)
    assert.equal("group_call_host", participant.preset_name)
    assert.equal("Ann", participant.name)
    assert.equal("https://example.com/a.png", participant.picture)
  end)

  it("keep their preset, and lose name and picture, when a PATCH sets them to null", function()
    local path = all .. "/" .. add().id
    local patch = { preset_name = calls.null, name = calls.null, picture = calls.null }
    local changed = api:data("PATCH", path, patch)
    assert.equal("group_call_host", changed.preset_name)
    assert.equal(calls.null, changed.name)
    assert.equal(calls.null, changed.picture)
  end)

  it("get tokens that say whom they are for and when they end", function()
    local participant = add()
    assert.same({
      orgId = api.emulator.app_id,
      meetingId = all:match("^/meetings/([^/]+)"),
      participantId = participant.id,
      presetId = preset_id("group_call_host"),
      iat = calls.START_TIME,
      exp = calls.START_TIME + 100 * 86400,
    }, claims_of(participant.token))
    open({ token_lifetime = 60 })
    assert.equal(calls.START_TIME + 60, claims_of(add().token).exp)
  end)

  it("are shown and listed without token", function()
    local id = add({ name = "Ann" }).id
    local participant = api:data("GET", all .. "/" .. id)
    assert.is_nil(participant.token)
    assert.equal("Ann", participant.name)
    assert.same({ participant }, api:data("GET", all))
  end)

  it("have null for no name and picture, or nothing as documented", function()
    assert.equal(calls.null, add().name)
    assert.equal(calls.null, add().picture)
    open({ documented = true })
    assert.is_nil(add().name)
    assert.is_nil(add().picture)
  end)

  it("need a preset that exists", function()
    local status, message = api:failure("POST", all, {
      custom_participant_id = "u1",
      preset_name = "group-call-host",
    })
    assert.equal(404, status)
    assert.equal("No preset found with name group-call-host", message)
    assert.equal(404, (api:failure("PATCH", all .. "/" .. add().id, { preset_name = "none" })))
  end)

  it("refuse incomplete and impossible bodies", function()
    local cases = {
      { 400, 'BAD_REQUEST: "custom_participant_id" is required', { preset_name = "x" } },
      { 400, 'BAD_REQUEST: "preset_name" is required', { custom_participant_id = "x" } },
      {
        400,
        'BAD_REQUEST: "picture" must be a valid uri',
        { custom_participant_id = "x", preset_name = "y", picture = "z" },
      },
      {
        422,
        '"role" is not allowed',
        { custom_participant_id = "x", preset_name = "y", role = "z" },
      },
    }
    for _, case in ipairs(cases) do
      assert.same({ case[1], case[2] }, { api:failure("POST", all, case[3]) })
    end
    local one = all .. "/" .. add().id
    assert.equal(422, (api:failure("PATCH", one, { custom_participant_id = "u2" })))
    assert.equal(400, (api:failure("PATCH", one, { preset_name = "" })))
  end)

  it("are edited, which gives a new token", function()
    local before = add({ name = "Ann", picture = "https://example.com/a.png" })
    local one = all .. "/" .. before.id
    local after = api:data("PATCH", one, {
      name = "Bea",
      picture = calls.null,
      preset_name = "group_call_guest",
    })
    assert.equal("Bea", after.name)
    assert.equal(calls.null, after.picture)
    assert.equal("u1", after.custom_participant_id)
    assert.equal("group_call_guest", after.preset_name)
    assert.not_equal(before.token, after.token)
    assert.equal(preset_id("group_call_guest"), claims_of(after.token).presetId)
    assert.equal("group_call_guest", api:data("GET", one).preset_name)
  end)

  it("are replaced, custom id and all, which gives a new token", function()
    local one = add({ name = "Ann", picture = "https://example.com/a.png" })
    api.emulator:advance(60)
    local path = all .. "/" .. one.id
    local body = { custom_participant_id = "u9", preset_name = "group_call_guest" }
    local status, reply = api:send("PUT", path, body)
    assert.equal(200, status)
    local replaced = reply.data
    assert.not_equal(one.token, replaced.token)
    assert.equal(one.id, claims_of(replaced.token).participantId)
    assert.equal(one.created_at, replaced.created_at)
    assert.not_equal(one.updated_at, replaced.updated_at)
    replaced.token = nil
    assert.same(replaced, api:data("GET", path))
    assert.same({ one.id, "u9", "group_call_guest", calls.null, calls.null }, {
      replaced.id,
      replaced.custom_participant_id,
      replaced.preset_name,
      replaced.name,
      replaced.picture,
    })
  end)

  it("are not replaced by what is incomplete, impossible or nowhere", function()
    local one = add()
    local path = all .. "/" .. one.id
    local good = { custom_participant_id = "u1", preset_name = "group_call_host" }
    for _, case in ipairs({
      { 400, 'BAD_REQUEST: "custom_participant_id" is required', { preset_name = "x" } },
      { 400, 'BAD_REQUEST: "preset_name" is required', { custom_participant_id = "u1" } },
      { 404, "No preset found with name x", { custom_participant_id = "u1", preset_name = "x" } },
      {
        422,
        '"token" is not allowed',
        { custom_participant_id = "u1", preset_name = "group_call_host", token = "t" },
      },
    }) do
      assert.same({ case[1], case[2] }, { api:failure("PUT", path, case[3]) })
    end
    assert.same(
      { 404, "No user found with id " .. UNKNOWN },
      { api:failure("PUT", all .. "/" .. UNKNOWN, good) }
    )
    local elsewhere = "/meetings/" .. UNKNOWN .. "/participants/" .. one.id
    assert.same(
      { 404, "No meeting found with id " .. UNKNOWN },
      { api:failure("PUT", elsewhere, good) }
    )
    assert.equal(one.updated_at, api:data("GET", path).updated_at)
  end)

  it("refresh their token", function()
    local participant = add()
    local data = api:data("POST", all .. "/" .. participant.id .. "/token")
    assert.not_equal(participant.token, data.token)
    assert.equal(participant.id, claims_of(data.token).participantId)
    data.token = nil
    assert.same({}, data)
  end)

  it("are deleted, which shows the preset's id and no token", function()
    local participant = add()
    local one = all .. "/" .. participant.id
    assert.same({
      created_at = participant.created_at,
      updated_at = participant.updated_at,
      custom_participant_id = "u1",
      preset_id = preset_id("group_call_host"),
    }, api:data("DELETE", one))
    assert.same({}, api:data("GET", all))
    for _, call in ipairs({ { "GET", one }, { "DELETE", one }, { "POST", one .. "/token" } }) do
      local status, message = api:failure(call[1], call[2])
      assert.equal(404, status)
      assert.equal("No user found with id " .. participant.id, message)
    end
  end)

  it("belong to their meeting", function()
    local participant = add()
    local other = api:data("POST", "/meetings", {}).id
    local path = "/meetings/" .. other .. "/participants"
    assert.same({}, api:data("GET", path))
    assert.equal(404, (api:failure("GET", path .. "/" .. participant.id)))
    local nowhere = "/meetings/" .. UNKNOWN .. "/participants"
    assert.equal(404, (api:failure("GET", nowhere)))
    assert.matches("^No meeting found", select(2, api:failure("GET", nowhere .. "/" .. UNKNOWN)))
  end)

  it("are listed in pages", function()
    for i = 1, 5 do
      add({ custom_participant_id = "u" .. i })
    end
    local path = all .. "?per_page=2&page_no=2"
    assert.same({ "u3", "u2" }, api:column("custom_participant_id", path))
  end)

  it("follow a preset that is renamed, and outlive it", function()
    local one = all .. "/" .. add().id
    local preset = "/presets/" .. preset_id("group_call_host")
    api:data("PATCH", preset, { name = "renamed" })
    assert.equal("renamed", api:data("GET", one).preset_name)
    api:data("DELETE", preset)
    assert.equal("group_call_host", api:data("GET", one).preset_name)
  end)

  describe("with a custom id that is taken", function()
    it("become a second participant by default", function()
      assert.not_equal(add().id, add().id)
      assert.equal(2, #api:data("GET", all))
    end)

    it("are a conflict with the option conflict", function()
      open({ duplicate_participants = "conflict" })
      add()
      local body = { custom_participant_id = "u1", preset_name = "group_call_host" }
      assert.equal(409, (api:failure("POST", all, body)))
      add({ custom_participant_id = "u2" })
      assert.equal(2, #api:data("GET", all))
    end)

    it("are a conflict for a PUT unless there may be several", function()
      local body = { custom_participant_id = "u1", preset_name = "group_call_host" }
      for option, expected in pairs({ create = 200, conflict = 409, reuse = 409 }) do
        open({ duplicate_participants = option })
        local first = add()
        local second = add({ custom_participant_id = "u2" })
        assert.equal(200, (api:send("PUT", all .. "/" .. first.id, body)))
        assert.equal(expected, (api:send("PUT", all .. "/" .. second.id, body)), option)
      end
    end)

    it("are the first one again with the option reuse", function()
      open({ duplicate_participants = "reuse" })
      local first = add({ name = "Ann" })
      local again = add({ name = "Bea", preset_name = "group_call_guest" })
      assert.equal(first.id, again.id)
      assert.not_equal(first.token, again.token)
      assert.equal("Bea", again.name)
      assert.equal("group_call_guest", again.preset_name)
      assert.equal(1, #api:data("GET", all))
    end)
  end)
end)
