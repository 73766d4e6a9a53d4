-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

local SYSTEM = {
  "livestream_viewer",
  "livestream_host",
  "webinar_viewer",
  "webinar_presenter",
  "group_call_guest",
  "group_call_participant",
  "group_call_host",
}

describe("the emulator's presets", function()
  local api

  before_each(function()
    api = calls.new()
  end)

  local function find(name)
    return api:data("GET", "/presets?search=" .. name)[1]
  end

  --- The writable fields of a system preset under another name.
  local function body(name)
    local preset = api:data("GET", "/presets/" .. find("group_call_host").id)
    preset.id, preset.created_at, preset.updated_at = nil, nil, nil
    preset.name = name
    return preset
  end

  local function create(name)
    return api:data("POST", "/presets", body(name))
  end

  it("begin with the system presets", function()
    assert.same(SYSTEM, api:column("name", "/presets"))
  end)

  it("are listed with name and times only", function()
    local preset = find("group_call_host")
    assert.is_string(preset.id)
    assert.is_string(preset.created_at)
    assert.is_string(preset.updated_at)
    preset.id, preset.created_at, preset.updated_at = nil, nil, nil
    assert.same({ name = "group_call_host" }, preset)
  end)

  it("of the system are complete, so that they can be sent back", function()
    for _, name in ipairs(SYSTEM) do
      local preset = api:data("GET", "/presets/" .. find(name).id)
      preset.id, preset.created_at, preset.updated_at = nil, nil, nil
      preset.name = "copy of " .. name
      local copied = api:data("POST", "/presets", preset)
      assert.is_string(copied.created_at)
      assert.is_string(copied.updated_at)
      copied.id, copied.created_at, copied.updated_at = nil, nil, nil
      assert.same(preset, copied)
    end
  end)

  it("differ by role", function()
    local function permissions(name)
      return api:data("GET", "/presets/" .. find(name).id).permissions
    end
    assert.is_true(permissions("group_call_host").kick_participant)
    assert.is_false(permissions("group_call_participant").kick_participant)
    assert.equal("ALLOWED", permissions("group_call_participant").media.audio.can_produce)
    assert.equal("CAN_REQUEST", permissions("webinar_viewer").media.audio.can_produce)
    assert.not_equal("SKIP", permissions("group_call_guest").waiting_room_type)
  end)

  it("are created and then there", function()
    local status, reply = api:send("POST", "/presets", body("mine"))
    assert.equal(201, status)
    assert.equal("mine", reply.data.name)
    assert.same(reply.data, api:data("GET", "/presets/" .. reply.data.id))
    assert.equal("mine", api:column("name", "/presets")[1])
  end)

  it("have unique names in an app", function()
    create("mine")
    local status, message = api:failure("POST", "/presets", body("mine"))
    assert.equal(409, status)
    assert.equal('A preset with the name "mine" already exists', message)
    assert.equal(409, (api:failure("POST", "/presets", body("group_call_host"))))
    assert.equal(201, (api:send("POST", "/presets", body("Mine"))))
  end)

  it("get what the service fills in, unless as documented", function()
    local sent = body("mine")
    sent.config.media.audio, sent.config.media.video.simulcast = nil, nil
    local preset = api:data("POST", "/presets", sent)
    assert.is_false(preset.config.media.video.simulcast)
    assert.is_false(preset.config.media.audio.enable_stereo)
    sent.ui.config_diff = nil
    preset = api:data("PUT", "/presets/" .. preset.id, sent)
    assert.same({}, preset.ui.config_diff)
    api = calls.new({ documented = true })
    preset = api:data("POST", "/presets", sent)
    preset.id = nil
    assert.same(sent, preset)
  end)

  it("keep free-form values byte for byte", function()
    local id = create("mine").id
    local diff = '{"any":[1,2.5,{"deep":[[],{},null]}],"empty":{},"list":[]}'
    local text = '{"ui":{"config_diff":' .. diff .. "}}"
    local _, _, response = api:send("PATCH", "/presets/" .. id, text)
    assert.matches('"config_diff":' .. diff, response.body, 1, true)
  end)

  it("take plugin settings for all plugins or for each", function()
    local id = create("mine").id
    local access = { access_control = "VIEW_ONLY", handles_view_only = true }
    for _, config in ipairs({ "text", access, { [UNKNOWN] = access } }) do
      local patch = { permissions = { plugins = { config = config } } }
      local preset = api:data("PATCH", "/presets/" .. id, patch)
      assert.same(config, preset.permissions.plugins.config)
    end
    local wrong = { permissions = { plugins = { config = { access_control = 5 } } } }
    assert.equal(400, (api:failure("PATCH", "/presets/" .. id, wrong)))
  end)

  it(
    "are refused without permissions or ui.config_diff, which the reference leaves open",
    function()
      local without_permissions, without_diff = body("mine"), body("mine")
      without_permissions.permissions, without_diff.ui.config_diff = nil, nil
      assert.same(
        { 400, 'BAD_REQUEST: "permissions" is required' },
        { api:failure("POST", "/presets", without_permissions) }
      )
      assert.same(
        { 400, 'BAD_REQUEST: "ui.config_diff" is required' },
        { api:failure("POST", "/presets", without_diff) }
      )
      local path = "/presets/" .. create("other").id
      assert.equal(200, (api:send("PUT", path, without_permissions)))
      api.emulator.options.strict = "newest"
      assert.equal(400, (api:failure("PUT", path, without_permissions)))
      api = calls.new({ documented = true })
      without_permissions.ui.config_diff = nil
      assert.equal(201, (api:send("POST", "/presets", without_permissions)))
    end
  )

  it("refuse incomplete and impossible bodies", function()
    local function refused(change)
      local changed = body("mine")
      change(changed)
      return { api:failure("POST", "/presets", changed) }
    end
    assert.same(
      { 400, 'BAD_REQUEST: "ui" is required' },
      refused(function(preset)
        preset.ui = nil
      end)
    )
    assert.same(
      { 400, 'BAD_REQUEST: "config.media.video.frame_rate" must be less than or equal to 30' },
      refused(function(preset)
        preset.config.media.video.frame_rate = 31
      end)
    )
    assert.same(
      {
        400,
        'BAD_REQUEST: "config.view_type" must be one of '
          .. "[GROUP_CALL, WEBINAR, AUDIO_ROOM, LIVESTREAM]",
      },
      refused(function(preset)
        preset.config.view_type = "PARTY"
      end)
    )
    assert.same(
      { 422, '"permissions.polls.can_cheat" is not allowed' },
      refused(function(preset)
        preset.permissions.polls.can_cheat = true
      end)
    )
    assert.same({}, api:data("GET", "/presets?search=mine"))
  end)

  it("merge what a PATCH says", function()
    local before = create("mine")
    local path = "/presets/" .. before.id
    local after = api:data("PATCH", path, {
      name = "renamed",
      config = { media = { video = { quality = "hd" } } },
      permissions = { can_record = false },
    })
    before.name, before.config.media.video.quality = "renamed", "hd"
    before.permissions.can_record = false
    assert.is_nil(after.id)
    after.id, before.updated_at = before.id, after.updated_at
    assert.same(before, after)
    assert.same(after, api:data("GET", path))
  end)

  it("may replace nested objects in a PATCH, which must be complete then", function()
    api = calls.new({ patch = "replace" })
    local path = "/presets/" .. create("mine").id
    local status, message =
      api:failure("PATCH", path, { config = { media = { video = { quality = "hd" } } } })
    assert.equal(400, status)
    assert.matches("config.* is required", message)
    assert.equal("renamed", api:data("PATCH", path, { name = "renamed" }).name)
  end)

  it("answer a PATCH with the id as documented", function()
    api = calls.new({ documented = true })
    local preset = create("mine")
    assert.is_nil(preset.created_at)
    assert.equal(preset.id, api:data("PATCH", "/presets/" .. preset.id, { name = "n" }).id)
  end)

  it("without permissions have a participant's, of which a PATCH may change some", function()
    local sent = body("mine")
    sent.permissions = nil
    local preset = api:data("PUT", "/presets/" .. create("mine").id, sent)
    local participant = api:data("GET", "/presets/" .. find("group_call_participant").id)
    assert.same(participant.permissions, preset.permissions)
    local patch = { permissions = { can_record = true } }
    local patched = api:data("PATCH", "/presets/" .. preset.id, patch).permissions
    participant.permissions.can_record = true
    assert.same(participant.permissions, patched)
  end)

  it("refuse a PATCH that takes another's name or a required member away", function()
    local path = "/presets/" .. create("mine").id
    assert.equal(409, (api:failure("PATCH", path, { name = "group_call_host" })))
    assert.equal("mine", api:data("PATCH", path, { name = "mine" }).name)
    assert.equal(400, (api:failure("PATCH", path, { config = calls.null })))
    assert.equal("mine", api:data("GET", path).name)
  end)

  it("lose what a PUT does not name", function()
    local path = "/presets/" .. create("mine").id
    local sent = body("mine")
    sent.permissions = nil
    sent.config.livestream_viewer_qualities = { 720 }
    assert.same({ 720 }, api:data("PUT", path, sent).config.livestream_viewer_qualities)
    sent.config.livestream_viewer_qualities = nil
    assert.is_nil(api:data("PUT", path, sent).config.livestream_viewer_qualities)
    sent.config = nil
    assert.equal(400, (api:failure("PUT", path, sent)))
    local taken = body("group_call_host")
    assert.equal(409, (api:failure("PUT", path, taken)))
  end)

  it("are deleted, which shows them once more as documented", function()
    api = calls.new({ documented = true })
    local shown = create("mine")
    assert.same(shown, api:data("DELETE", "/presets/" .. shown.id))
    api = calls.new()
    local preset = create("mine")
    local path = "/presets/" .. preset.id
    assert.is_nil(api:data("DELETE", path).id)
    local status, message = api:failure("GET", path)
    assert.equal(404, status)
    assert.equal("No preset found with id " .. preset.id, message)
    assert.equal(201, (api:send("POST", "/presets", body("mine"))))
  end)

  it("are found by part of the name", function()
    assert.same(
      { "webinar_viewer", "webinar_presenter" },
      api:column("name", "/presets?search=WEB")
    )
    local _, reply = api:send("GET", "/presets?search=viewer&per_page=1&page_no=2")
    assert.same({ total_count = 2, start_offset = 2, end_offset = 2 }, reply.paging)
  end)

  it("that do not exist are a 404", function()
    for _, method in ipairs({ "GET", "PATCH", "DELETE" }) do
      assert.equal(404, (api:failure(method, "/presets/" .. UNKNOWN, "{}")))
    end
    assert.equal(404, (api:failure("PUT", "/presets/" .. UNKNOWN, body("x"))))
  end)
end)
