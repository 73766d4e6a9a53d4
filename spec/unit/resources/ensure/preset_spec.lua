-- SPDX-License-Identifier: MIT
-- presets:ensure, presets:copy and rtk.preset, with the emulator and its faults.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")

local ONE = "/presets/{preset_id}"
local STEPS = { "GET /presets", "POST /presets", "GET " .. ONE, "PATCH " .. ONE }
local VIEW_TYPES = { "GROUP_CALL", "WEBINAR", "AUDIO_ROOM", "LIVESTREAM" }

local emulator, client

local function start(options, client_options)
  emulator = new_emulator(options)
  client = emulator:client(client_options or { max_retries = 0 })
end

local function lose(operation, changes)
  clients.lose_answer(emulator, operation, changes)
end

local function count(name)
  local found = 0
  for preset in client.presets:each() do
    if preset.name == name then found = found + 1 end
  end
  return found
end

describe("rtk.preset", function()
  it("makes a body that the API takes as it is, for every view type and role", function()
    for _, strict in ipairs({ false, "newest" }) do
      start(strict and { strict = strict } or {})
      for _, view_type in ipairs(VIEW_TYPES) do
        for _, role in ipairs({ "host", "participant", "viewer" }) do
          local name = view_type .. " " .. role
          local body = rtk.preset({ name = name, view_type = view_type, role = role })
          local preset = assert(client.presets:create(body))
          assert.equal(view_type, preset.config.view_type)
          assert.equal(role == "host", preset.permissions.kick_participant)
          assert(client.presets:replace(preset.id, body))
          assert.equal("unchanged", select(2, client.presets:ensure(body)))
        end
      end
    end
  end)

  it("puts what is given in the place of the defaults, at every depth", function()
    local body = rtk.preset({
      name = "n",
      config = { view_type = "WEBINAR", media = { video = { quality = "hd" } } },
      permissions = { polls = { can_create = true } },
      ui = { design_tokens = { colors = { brand = { ["500"] = "#123456" } } } },
    })
    assert.equal("n", body.name)
    assert.same({ "WEBINAR", "hd", 30 }, {
      body.config.view_type,
      body.config.media.video.quality,
      body.config.media.video.frame_rate,
    })
    assert.same({ can_create = true, can_view = true, can_vote = true }, body.permissions.polls)
    assert.equal("#123456", body.ui.design_tokens.colors.brand["500"])
    assert.is_string(body.ui.design_tokens.colors.brand["300"])
  end)

  it("lets a participant speak, in a webinar or livestream on request", function()
    local access = {}
    for index, view_type in ipairs(VIEW_TYPES) do
      local media = rtk.preset({ view_type = view_type }).permissions.media
      access[index] = media.audio.can_produce .. " " .. media.video.can_produce
    end
    assert.same({
      "ALLOWED ALLOWED",
      "CAN_REQUEST CAN_REQUEST",
      "ALLOWED NOT_ALLOWED",
      "CAN_REQUEST CAN_REQUEST",
    }, access)
    assert.equal("GROUP_CALL", rtk.preset().config.view_type)
  end)

  it("makes a new table each time, and leaves what is given alone", function()
    local given = { permissions = { chat = { public = { files = false } } } }
    local first, second = rtk.preset(given), rtk.preset(given)
    first.permissions.chat.public.text = "changed"
    first.ui.design_tokens.theme = "changed"
    assert.is_true(second.permissions.chat.public.text)
    assert.equal("dark", second.ui.design_tokens.theme)
    assert.same({ permissions = { chat = { public = { files = false } } } }, given)
  end)

  it("raises for what cannot be right", function()
    for _, arguments in ipairs({
      { 5 },
      { { view_type = "GROUPCALL" } },
      { { view_type = "WEBINAR", config = { view_type = "GROUP_CALL" } } },
      { { role = "admin" } },
      { { permission = {} } },
      { { ui = "dark" } },
    }) do
      local message = clients.misuse_of(function()
        rtk.preset(arguments[1])
      end)
      assert.truthy(message:find("preset_spec", 1, true), message)
    end
  end)
end)

describe("presets:ensure", function()
  before_each(function()
    start()
  end)

  local function ensure(changes, options)
    local body = rtk.preset({ name = "teacher", role = "host" })
    for name, value in pairs(changes or {}) do
      body[name] = value
    end
    return client.presets:ensure(body, options)
  end

  it("creates a preset, and leaves it alone afterwards", function()
    local created, outcome = ensure()
    assert.equal("created", outcome)
    local found
    found, outcome = ensure()
    assert.same({ "unchanged", created.id }, { outcome, found.id })
    assert.is_table(found.permissions)
    assert.equal("unchanged", select(2, client.presets:ensure({ name = "teacher" })))
    assert.equal(1, count("teacher"))
  end)

  it("compares the name exactly, on all pages", function()
    for index = 1, 120 do
      assert(client.presets:create(rtk.preset({ name = "teacher" .. index })))
    end
    assert.equal("created", select(2, ensure()))
    for index = 121, 240 do
      assert(client.presets:create(rtk.preset({ name = "teacher" .. index })))
    end
    assert.equal("unchanged", select(2, ensure()))
  end)

  it("updates only what differs, at every depth, and returns the whole preset", function()
    for _, patch in ipairs({ "merge", "replace" }) do
      start({ patch = patch })
      local created = assert(ensure())
      local wanted = { name = "teacher", permissions = { polls = { can_vote = false } } }
      local updated, outcome = client.presets:ensure(wanted)
      assert.same({ "updated", created.id }, { outcome, updated.id })
      assert.same(
        { can_create = true, can_view = true, can_vote = false },
        updated.permissions.polls
      )
      assert.is_true(updated.permissions.kick_participant)
      assert.equal("GROUP_CALL", updated.config.view_type)
      assert.equal("unchanged", select(2, client.presets:ensure(wanted)))
      local sent = emulator:journal()
      assert.equal("updated", select(2, ensure()))
      assert.equal(#sent + 4, #emulator:journal())
    end
  end)

  it("creates one although the answer was lost", function()
    lose("POST /presets")
    assert.equal("created", select(2, ensure()))
    assert.equal(1, count("teacher"))
  end)

  it("returns the error of the step that failed", function()
    for _, operation in ipairs(STEPS) do
      emulator:fault({ operation = operation, kind = "status", status = 403, times = 1 })
      local preset, message, err =
        ensure(operation:find("PATCH") and { permissions = { can_record = false } })
      assert.is_nil(preset)
      assert.is_string(message)
      assert.equal("permission", err.kind)
      if operation == "POST /presets" then assert(ensure()) end
    end
    local preset, _, err = client.presets:ensure({ name = "incomplete" })
    assert.is_nil(preset)
    assert.equal("invalid", err.kind)
  end)

  it("raises for what cannot be right", function()
    for _, arguments in ipairs({
      {},
      { {} },
      { { name = "" } },
      { { name = "n" }, { wait = 5 } },
      { { name = "n" }, { reconcile = ensure } },
    }) do
      local message = clients.misuse_of(function()
        client.presets:ensure(arguments[1], arguments[2])
      end)
      assert.truthy(message:find("preset_spec", 1, true), message)
    end
  end)
end)

describe("presets:copy", function()
  before_each(function()
    start()
  end)

  local function original()
    for preset in client.presets:each() do
      if preset.name == "webinar_presenter" then return assert(client.presets:get(preset.id)) end
    end
  end

  it("copies a preset under another name, with changes at every depth", function()
    local from = original()
    local changes = { permissions = { can_record = false, polls = { can_vote = false } } }
    local copy, outcome = client.presets:copy(from.id, "speaker", changes)
    assert.equal("created", outcome)
    assert.not_equal(from.id, copy.id)
    assert.equal("speaker", copy.name)
    assert.same(from.config, copy.config)
    assert.is_false(copy.permissions.can_record)
    assert.is_false(copy.permissions.polls.can_vote)
    assert.equal(from.permissions.can_livestream, copy.permissions.can_livestream)
    assert.equal("unchanged", select(2, client.presets:copy(from.id, "speaker", changes)))
    local again
    again, outcome = client.presets:copy(from.id, "speaker")
    assert.same({ "updated", copy.id }, { outcome, again.id })
    assert.same(from.permissions, again.permissions)
    assert.is_true(original().permissions.can_record)
  end)

  it("returns the error when there is no such preset", function()
    local copy, message, err = client.presets:copy("00000000-0000-4000-8000-00000000000f", "n")
    assert.is_nil(copy)
    assert.is_string(message)
    assert.equal("not_found", err.kind)
  end)

  it("raises for what cannot be right", function()
    for _, arguments in ipairs({
      {},
      { "id" },
      { "id", "" },
      { "id", "n", 5 },
      { "id", "n", { name = "m" } },
    }) do
      local message = clients.misuse_of(function()
        client.presets:copy(arguments[1], arguments[2], arguments[3])
      end)
      assert.truthy(message:find("preset_spec", 1, true), message)
    end
  end)
end)
