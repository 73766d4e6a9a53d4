-- SPDX-License-Identifier: MIT
-- What every method gives back for the answer that the API reference documents, and
-- for one with fields that it does not.

local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local object_methods = require("spec.support.data.object_methods")
local reference = require("spec.support.data.reference")
local rtk = require("rtk")
local schema = require("rtk.schema")
local schema_fields = require("spec.support.data.schema_fields")
local shell = require("spec.support.servers.shell")
local wire_answers = require("spec.support.data.wire_answers")
local wire_json = require("spec.support.data.wire_json")
local wire_operations = require("spec.support.data.wire_operations")

local rows = wire_operations.rows()
local replies = wire_json.read(shell.read("spec/fixtures/replies.json")).members
local reply_texts = {}
for line in shell.read("spec/fixtures/replies.json"):gmatch("[^\n]+") do
  local operation, text = line:match('^"([^"]+)": (.-),?$')
  if operation then reply_texts[operation] = text end
end

for _, row in ipairs(rows) do
  reply_texts[row.operation] = reply_texts[row.operation] or row.reply
end

-- The contract: which methods which objects have.
local methods = {
  App = { "reload" },
  Meeting = {
    "update",
    "replace",
    "reload",
    "participants",
    "each_participant",
    "add_participant",
    "ensure_participant",
    "active_session",
    "kick",
    "kick_all",
    "mute",
    "mute_all",
    "create_poll",
    "start_recording",
    "recordings",
    "active_recording",
    "start_livestream",
    "stop_livestream",
    "livestream",
    "sessions",
    "wait_live",
    "close",
    "present",
  },
  Participant = { "update", "replace", "delete", "refresh_token", "reload" },
  Preset = { "update", "replace", "delete", "reload" },
  Session = {
    "reload",
    "participants",
    "each_participant",
    "livestream_sessions",
    "chat",
    "transcript",
    "summary",
    "generate_summary",
    "wait",
    "attendance",
    "chat_rows",
    "transcript_rows",
    "summary_text",
    "download_chat",
    "download_transcript",
    "download_summary",
  },
  Recording = { "pause", "resume", "stop", "reload", "download", "wait" },
  Webhook = { "update", "replace", "delete", "reload" },
  Livestream = { "reload", "details", "active_session", "wait" },
}

local function assert_methods(object, class)
  assert.equal("rtk." .. class, getmetatable(object).__name)
  for _, name in ipairs(methods[class] or {}) do
    assert.equal("function", type(object[name]), class .. ":" .. name)
    assert.is_nil(rawget(object, name))
  end
end

local function assert_same_json(expected, value, title)
  local found = wire_json.read(core.encode(value))
  assert.is_nil(wire_json.difference(found, wire_answers.without_nulls(expected), title))
end

-- What the row's method returns for a reply; of a walk, its first object.
local function result_of(row, text, status)
  local client = clients.fake({ { text = text, status = status } })
  return (assert(wire_operations.call(client, row)))
end

describe("the answer to", function()
  for _, row in ipairs(rows) do
    local text, answer = reply_texts[row.operation], wire_answers.of(row.operation)
    local is_list = answer.place:find("%[%]$") ~= nil

    local is_page = is_list and not row.is_walk

    if text then
      it(row.title .. " is given as the reference documents it", function()
        local status = row.verb == "POST" and 201 or 200
        local value = result_of(row, text, status)
        local reply = wire_json.read(text)
        local expected = wire_answers.find(answer, reply)
        -- Of a value that is no list, the paging stands inside.
        if not is_list then
          expected.members.paging = expected.members.paging or reply.members.paging
        end
        if row.verb == "DELETE" and not expected.members.id then
          assert.equal(row.arguments[#row.arguments], value.id)
          value.id = nil
        end
        assert_same_json(row.is_walk and expected[1] or expected, value, row.title)
        if answer.class then assert_methods(is_page and value[1] or value, answer.class) end
        assert.equal(status, rtk.response(value).status)
      end)
    end

    it(row.title .. " keeps unknown fields, and no nulls", function()
      local object =
        '{"id":"i1","token":"t","x":{"a":[],"b":{},"n":null,"l":[null,{}]},"gone":null,"é":4.5}'
      local value = result_of(row, wire_answers.reply(answer, object))
      local kept = wire_json.read(object)
      assert_same_json(is_page and { kind = "array", kept } or kept, value, row.title)
      local item = is_page and value[1] or value
      assert.is_nil(item.gone)
      assert.is_nil(item.x.n)
    end)

    it(row.title .. " leaves every method to objects with fields of the same names", function()
      local fields, expected = { id = "i1", token = "t" }, {}
      for _, name in ipairs(methods[answer.class] or {}) do
        fields[name], expected[name] = { name }, { name }
      end
      local value = result_of(row, wire_answers.reply(answer, core.encode(fields)))
      local item = is_page and value[1] or value
      if answer.class then assert_methods(item, answer.class) end
      for name, field in pairs(expected) do
        assert.same(field, rtk.fields(item)[name])
      end
      assert_same_json(wire_json.read(core.encode(fields)), item, row.title)
    end)

    it(row.title .. " may be under result instead of data", function()
      local reply =
        wire_answers.reply(answer, '{"id":"i1","token":"t"}'):gsub('"data"', '"result"', 1)
      local value = result_of(row, reply)
      assert.equal("i1", (is_page and value[1] or value).id)
    end)
  end

  -- Without one: a summary, recordings of tracks, and what only the SDK knows.
  it("all other calls is documented", function()
    local undocumented, known = {}, {}
    for _, row in ipairs(rows) do
      known[row.operation] = true
      if not replies[row.operation] and not row.fields then undocumented[row.operation] = true end
    end
    for operation in pairs(replies) do
      assert.is_true(known[operation], operation)
    end
    assert.same({
      ["GET /analytics/livestreams/daywise"] = true,
      ["POST /recordings/track"] = true,
      ["POST /sessions/{session_id}/summary"] = true,
      ["PUT /presets/{preset_id}"] = true,
    }, undocumented)
  end)

  it("a call without documented answer may be anything that is no failure", function()
    local summary, track = "POST /sessions/{session_id}/summary", "POST /recordings/track"
    for _, operation in ipairs({ summary, track }) do
      local row = wire_operations.of(operation)[1]
      for _, text in ipairs({
        "",
        "{}",
        '{"success":true}',
        '{"success":true,"data":null}',
        '{"success":true,"data":"ok"}',
        '{"success":true,"data":[]}',
        '{"success":true,"data":{"success":true,"message":"Success"}}',
      }) do
        assert.is_table((result_of(row, text)), operation .. " " .. text)
      end
    end
    local row = wire_operations.of(track)[1]
    for _, text in ipairs({ '{"data":{"id":"x1"}}', '{"data":{"recording":{"id":"x1"}}}' }) do
      assert_methods(result_of(row, text), "Recording")
      assert.equal("x1", result_of(row, text).id)
    end
  end)

  it("a livestream's details holds a livestream with its methods", function()
    for _, operation in ipairs({
      "GET /livestreams/{livestream_id}",
      "GET /livestreams/{livestream_id}/active-livestream-session",
    }) do
      local row = wire_operations.of(operation)[1]
      assert_methods(result_of(row, reply_texts[operation]).livestream, "Livestream")
    end
  end)

  it("a livestream's details has the paging that real replies have beside data", function()
    local row = wire_operations.of("GET /livestreams/{livestream_id}")[1]
    local text = '{"success":true,"data":{"livestream":{"id":"l1"},"sessions":[{"id":"s1"}]},'
      .. '"paging":{"total_count":1,"start_offset":1,"end_offset":1}}'
    local details = result_of(row, text)
    assert.equal("s1", details.sessions[1].id)
    assert.equal(1, details.paging.total_count)
  end)

  it("a meeting's livestream has one form, however the newer reference draws it", function()
    local row = wire_operations.of("GET /meetings/{meeting_id}/livestream")[1]
    local drawn, shown = result_of(row, row.documented), result_of(row, row.reply)
    for _, details in ipairs({ drawn, shown }) do
      assert_methods(details.livestream, "Livestream")
      assert.equal("l1", details.livestream.id)
      assert.equal(1, #details.sessions)
      assert.equal("ls1", details.sessions[1].id)
      assert.equal("[", core.encode(details.sessions):sub(1, 1))
      assert.same({ end_offset = 1, start_offset = 1, total_count = 1 }, details.paging)
    end
    assert.equal(118, shown.sessions[1].ingest_seconds)
    assert.equal("118", drawn.sessions[1].ingest_seconds)
    assert.equal(drawn.livestream, drawn.livestreams[1])
    local empty = '{"data":{"livestreams":[{"id":"l1"}],"sessions":%s}}'
    for _, sessions in ipairs({ "[]", "{}" }) do
      assert.same({}, result_of(row, empty:format(sessions)).sessions)
    end
  end)

  it("a meeting's livestream without one is not what was asked for", function()
    local row = wire_operations.of("GET /meetings/{meeting_id}/livestream")[1]
    for _, data in ipairs({ "{}", '{"livestreams":[]}', '{"livestream":null,"sessions":[]}' }) do
      local client = clients.fake({ { text = '{"success":true,"data":' .. data .. "}" } })
      local details, _, err = wire_operations.call(client, row)
      assert.is_nil(details)
      assert.equal("decode", err.kind)
    end
  end)

  it("the only livestream session of a session may stand in the list's place", function()
    local row = wire_operations.of("GET /sessions/{session_id}/livestream-sessions")[1]
    local page = result_of(row, row.documented)
    assert.equal(1, #page)
    assert.equal("ls1", page[1].id)
    assert.equal("rtk.LivestreamSession", getmetatable(page[1]).__name)
    assert.equal(1, page.paging.total_count)
  end)

  it("the names of webhook events is a page of text", function()
    local row = wire_operations.of("GET /webhooks/all")[1]
    local names = result_of(row, row.reply)
    assert.equal("meeting.started", names[1])
    assert.equal(9, #names)
    assert.is_nil(names:next())
    local seen = {}
    for name in names:each() do
      seen[#seen + 1] = name
    end
    assert.equal(core.encode(names), core.encode(seen))
    local client = clients.fake({ { text = '{"success":true,"data":"x"}' } })
    assert.equal("decode", select(3, client.webhooks:list_events()).kind)
  end)

  it("an app is a client for itself", function()
    local row = wire_operations.of("POST /apps")[1]
    local app = result_of(row, reply_texts["POST /apps"])
    for _, other in ipairs(rows) do
      if other.resource ~= "apps" then
        assert.equal("function", type(app[other.resource][other.method]), other.title)
      end
    end
  end)
end)

describe("the methods of objects", function()
  it("are those of the contract", function()
    local expected, found = {}, {}
    for class, names in pairs(object_methods.all()) do
      if next(names) or methods[class] then found[class] = names end
    end
    for class, names in pairs(methods) do
      expected[class] = {}
      for _, name in ipairs(names) do
        expected[class][name] = true
      end
    end
    assert.same(expected, found)
  end)

  it("hide no documented field of a reply", function()
    local walked = 0
    for operation, parts in pairs(reference.operations()) do
      local fields = schema_fields.of_reply(schema.operation(operation:match("^(%S+) (.+)$")))
      for path, entry in pairs(parts.reply) do
        if entry.sources.reference and not path:find("[%]}]$") then
          walked = walked + 1
          -- Documented as one object, seen as an array with the paging beside it.
          local seen = path
          if operation == "GET /livestreams" and not fields[path] then
            seen = path:gsub("^data%.paging", "paging"):gsub("^data%.", "data[].")
          end
          local field = assert(fields[seen], operation .. " lacks " .. path)
          local class = field.object and methods[field.object.name] or {}
          for _, method in ipairs(class) do
            assert.are_not.equal(method, field.name, operation .. " " .. path)
          end
        end
      end
    end
    assert.is_true(walked >= reference.count("reply"), walked .. " fields")
  end)

  it("hide no field of the objects that an operation answers, wherever they stand", function()
    local listing = reference.operations()
    for _, row in ipairs(rows) do
      local answer = wire_answers.of(row.operation)
      for _, method in ipairs(methods[answer.class] or {}) do
        local path = answer.place .. "." .. method
        local parts = listing[row.operation]
        if parts then assert.is_nil(parts.reply[path], row.operation .. " " .. path) end
      end
    end
    for class, fields in pairs(schema_fields.reply_classes()) do
      for _, method in ipairs(methods[class] or {}) do
        assert.is_nil(fields[method], class .. "." .. method)
      end
    end
  end)
end)
