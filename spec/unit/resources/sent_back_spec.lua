-- SPDX-License-Identifier: MIT
-- An object that is sent back leaves out what the API refuses as read-only.
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local new_emulator = require("rtk.emulator").new
local object_methods = require("spec.support.data.object_methods")
local read_only = require("rtk.request.read_only")
local t = require("rtk.schema.type")

-- One object of each class that can be changed, new or read.
local makers = {
  Meeting = function(client)
    return client.meetings:create({
      title = "T",
      record_on_start = true,
      ai_config = { transcription = { keywords = { "rtk" } } },
      recording_config = { max_seconds = 100, video_config = { width = 640 } },
    })
  end,
  Participant = function(client)
    local meeting = assert(client.meetings:create({ title = "T" }))
    return meeting:add_participant({
      custom_participant_id = "u1",
      name = "Ann",
      picture = "https://example.com/a.png",
      preset_name = "group_call_host",
    })
  end,
  Preset = function(client)
    return client.presets:get(client.presets:list()[1].id)
  end,
  Webhook = function(client)
    return client.webhooks:create({
      events = { "meeting.started" },
      name = "W",
      url = "https://example.com/hook",
    })
  end,
}

describe("an object that is sent back", function()
  it(
    "is taken by every class that has update or replace, whatever the API is strict about",
    function()
      local tried = 0
      for class, names in pairs(object_methods.all()) do
        for _, method in ipairs({ "update", "replace" }) do
          for _, options in
            ipairs(names[method] and { {}, { documented = true }, { strict = "newest" } } or {})
          do
            local client = new_emulator(options):client()
            local object = assert(makers[class], class)(client)
            assert.equal(object, assert(object[method](object, object)))
            assert(object:reload())
            assert.equal(object, assert(object[method](object, object)))
            tried = tried + 1
          end
        end
      end
      assert.is_true(tried >= 21, tostring(tried))
    end
  )

  it("can make another one", function()
    local client = new_emulator({}):client()
    local meeting = assert(makers.Meeting(client))
    local other = assert(client.meetings:create(meeting))
    assert.are_not.equal(meeting.id, other.id)
    assert.same(meeting.recording_config, other.recording_config)
    assert(client.meetings:add_participant(other.id, assert(makers.Participant(client))))
    local preset = makers.Preset(client)
    preset.name = "another"
    assert(client.presets:create(preset))
    local webhook = assert(makers.Webhook(client))
    webhook.url = "https://example.com/other"
    assert(client.webhooks:create(webhook))
    assert(client.apps:create(client.apps:list()[1]))
  end)

  it("comes from a list as well", function()
    local client = new_emulator({}):client()
    assert(makers.Meeting(client))
    assert(makers.Participant(client))
    for meeting in client.meetings:each() do
      assert(client.meetings:update(meeting.id, meeting))
      for participant in client.meetings:each_participant(meeting.id) do
        assert(participant:update(participant))
      end
    end
    for preset in client.presets:each() do
      assert(preset:update(preset))
    end
  end)

  local FIELDS = {
    id = "m1",
    title = "T",
    created_at = "2026-01-01T00:00:00Z",
    updated_at = "2026-01-01T00:00:00Z",
    recording_config = { max_seconds = 60, invented = true },
    invented = 5,
  }

  local function sent_by(call)
    local client, transport = clients.fake({ { json = { data = FIELDS } } })
    call(client, (client.meetings:get("m1")))
    return (core.decode(transport:last().body))
  end

  it("keeps what no type knows, and is not changed", function()
    local expected = {
      title = "T",
      recording_config = { max_seconds = 60, invented = true },
      invented = 5,
    }
    assert.same(
      expected,
      sent_by(function(client, meeting)
        client.meetings:update("m1", meeting)
        assert.same(FIELDS, meeting)
      end)
    )
    assert.same(
      expected,
      sent_by(function(_, meeting)
        meeting:update(meeting)
      end)
    )
  end)

  it("keeps what extra_body adds, and a plain table stays whole", function()
    local body = sent_by(function(client, meeting)
      client.meetings:update("m1", meeting, { extra_body = { id = "mine" } })
    end)
    assert.equal("mine", body.id)
    assert.same(
      { id = "m1", created_at = "x" },
      sent_by(function(client)
        client.meetings:update("m1", { id = "m1", created_at = "x" })
      end)
    )
  end)
end)

describe("rtk.request.read_only", function()
  local body = t.object("Body", {}, {
    inner = t.object("BodyInner", {}, { a = t.string }),
    list = t.array(t.object("BodyItem", {}, { a = t.string })),
    by_name = t.map(t.object("BodyEntry", {}, { a = t.string })),
    any = t.any,
  })
  local function reply_inner(name)
    return t.object(name, {}, { a = t.string, b = t.string })
  end
  local reply = t.object("Reply", { id = t.string }, {
    inner = reply_inner("Inner"),
    list = t.array(reply_inner("Item")),
    by_name = t.map(reply_inner("Entry")),
    any = t.any,
  })

  it("strips objects in objects, arrays and maps, in copies", function()
    local both = { a = "1", b = "2", c = "3" }
    local object = {
      id = "x",
      inner = both,
      list = setmetatable({ both }, core.array_metatable),
      by_name = { k = both },
      any = both,
    }
    local sent = read_only.strip({ reply }, body, object)
    local expected = { a = "1", c = "3" }
    assert.same(
      { inner = expected, list = { expected }, by_name = { k = expected }, any = both },
      sent
    )
    assert.equal(core.array_metatable, getmetatable(sent.list))
    assert.same({ a = "1", b = "2", c = "3" }, both)
    assert.equal("x", object.id)
  end)

  it("returns the same table when nothing is to be left out", function()
    local object = { inner = { a = "1" }, list = { {} }, any = {} }
    assert.equal(object, read_only.strip({ reply }, body, object))
    assert.equal(5, read_only.strip({ reply }, body, 5))
  end)
end)
