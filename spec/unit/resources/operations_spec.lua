-- SPDX-License-Identifier: MIT
-- The methods of all resources against the table in spec/fixtures/operations.lua, in
-- both directions, and the guide to resources against both.

local cjson = require("cjson")
local clients = require("spec.support.clients.clients")
local generate_methods = require("spec.support.programs.generate_methods")
local object_methods = require("spec.support.data.object_methods")
local schema = require("rtk.schema")
local shell = require("spec.support.servers.shell")
local wire_operations = require("spec.support.data.wire_operations")
local wire_request = require("spec.support.data.wire_request")

local rows = wire_operations.rows()

-- Methods that may make several calls, with the operation of the first.
local searches = {
  ["livestreams:ensure_started"] = "POST /meetings/{meeting_id}/livestreams",
  ["meetings:ensure"] = "GET /meetings",
  ["presets:copy"] = "GET /presets/{preset_id}",
  ["presets:ensure"] = "GET /presets",
  ["meetings:ensure_participant"] = "GET /meetings/{meeting_id}/participants",
  ["recordings:ensure_started"] = "POST /recordings",
  ["recordings:stop_if_running"] = "GET /recordings/active-recording/{meeting_id}",
  ["meetings:close"] = "GET /recordings",
  ["meetings:present"] = "GET /meetings/{meeting_id}/active-session",
  ["sessions:attendance"] = "GET /sessions/{session_id}/participants",
  ["sessions:reap"] = "GET /sessions",
  ["sessions:stale"] = "GET /sessions",
  ["sessions:chat_rows"] = "GET /sessions/{session_id}/chat",
  ["sessions:transcript_rows"] = "GET /sessions/{session_id}/transcript",
  ["sessions:summary_text"] = "GET /sessions/{session_id}/summary",
  ["sessions:download_chat"] = "GET /sessions/{session_id}/chat",
  ["sessions:download_summary"] = "GET /sessions/{session_id}/summary",
  ["sessions:download_transcript"] = "GET /sessions/{session_id}/transcript",
  ["recordings:download"] = "GET /recordings/{recording_id}",
  ["webhooks:ensure"] = "GET /webhooks",
  ["meetings:find_participant"] = "GET /meetings/{meeting_id}/participants",
}

local account = "https://api.example.com/client/v4/accounts/acc/realtime/kit"

-- The public methods of a resource as its class has them.
local function methods_of(resource)
  local methods = {}
  for name, value in pairs(require("rtk.resources." .. resource)) do
    local is_public = type(value) == "function" and name:sub(1, 1) ~= "_"
    if is_public then methods[name] = true end
  end
  return methods
end

local function by_operation()
  local operations = {}
  for _, row in ipairs(rows) do
    operations[row.key] = operations[row.key] or {}
    operations[row.key]["`" .. row.title .. "`"] = true
  end
  for title, key in pairs(searches) do
    operations[key]["`" .. title .. "`"] = true
  end
  return operations
end

-- The official SDK's names of every operation, as the recordings have them.
local function official_names()
  local names = {}
  for _, recording in ipairs(cjson.decode(shell.read("spec/fixtures/official-sdk.json"))) do
    local operation =
      recording.op:gsub("/accounts/{account_id}/realtime/kit", ""):gsub("/{app_id}", "")
    operation = operation:gsub("livestream%-session%-id", "livestream_session_id")
    names[operation] = names[operation] or {}
    local name = recording.sdk:match("^realtimeKit%.(.*)$")
    if name then names[operation]["`" .. name .. "`"] = true end
  end
  return names
end

describe("every resource method", function()
  for _, row in ipairs(rows) do
    it(row.title .. " sends " .. row.operation, function()
      local client, transport = clients.fake({ wire_operations.answer })
      assert.is_table((wire_operations.call(client, row)))
      assert.equal(1, #transport.requests)
      local request = transport:last()
      local base = row.resource == "apps" and account or account .. "/app"
      local url, headers =
        wire_request.url(request.url, base), wire_request.headers(request.headers)
      assert.equal(row.verb, request.method)
      assert.equal(row.path, url.path)
      assert.same(wire_request.pairs_of(row.query), url.query)
      assert.equal(row.body ~= nil, request.body ~= nil)
      assert.equal(row.body and "application/json", headers["content-type"])
      assert.equal("application/json", headers.accept)
      assert.equal("Bearer test-token", headers.authorization)
      if row.body then assert.same(cjson.decode(row.body), cjson.decode(request.body)) end
    end)
  end
end)

describe("the table of operations", function()
  it("has every public method of every resource, and no other", function()
    local expected, found = {}, {}
    for title in pairs(searches) do
      found[title] = true
    end
    for _, row in ipairs(rows) do
      assert.is_nil(found[row.title], row.title .. " has two rows")
      found[row.title] = true
      for method in pairs(methods_of(row.resource)) do
        expected[row.resource .. ":" .. method] = true
      end
    end
    assert.same(expected, found)
  end)

  it("has every resource of the client", function()
    local client = clients.fake({ wire_operations.answer })
    local message = clients.misuse_of(function()
      return client.zzzzzzzzzzzz
    end)
    local known = {}
    for _, row in ipairs(rows) do
      known[row.resource] = true
    end
    local listed = {
      app = true,
      check = true,
      close = true,
      download = true,
      fd = true,
      in_flight = true,
      request = true,
      set_token = true,
      step = true,
      timeout = true,
    }
    for name in pairs(known) do
      listed[name] = true
    end
    local named = {}
    for name in message:match("known are (.*)$"):gmatch("[%w_]+") do
      named[name] = true
    end
    assert.same(listed, named)
  end)

  it("has the operations of the schema and of the official SDK, and no others", function()
    local expected, keys, in_schema = {}, {}, {}
    for _, row in ipairs(rows) do
      keys[row.key] = true
      -- The others came after the recordings.
      if not row.fields then expected[row.key] = true end
    end
    for _, key in ipairs(schema.keys()) do
      in_schema[key] = true
    end
    assert.same(keys, in_schema)
    local recorded = {}
    for operation in pairs(official_names()) do
      recorded[operation] = true
    end
    assert.same(expected, recorded)
  end)

  it(
    "has one method for an operation, apart from walks, searches, actions of recordings",
    function()
      for operation, titles in pairs(by_operation()) do
        local others = {}
        for title in pairs(titles) do
          local is_other = title:find(":each") or title:find(":find")
          if not is_other and not searches[title:match("^`(.*)`$")] then
            others[#others + 1] = title
          end
        end
        assert.equal(operation == "PUT /recordings/{recording_id}" and 3 or 1, #others, operation)
      end
    end
  )
end)

describe("the guide to resources", function()
  local text = shell.read("lua/rtk/resources/README.md")

  local function words_in(cell)
    local words = {}
    for word in cell:gmatch("`[^`]+`") do
      words[word] = true
    end
    return words
  end

  local function table_rows(pattern)
    local found = {}
    for line in text:gmatch("[^\n]+") do
      local first, second, third = line:match("^| (.-) | (.-) | (.-) |$")
      if first and third:find(pattern) then found[third:match(pattern)] = { first, second } end
    end
    return found
  end

  it("is what `make types` makes it", function()
    assert.equal(generate_methods.update(text), text)
  end)

  it("names every method with its request and the official SDK's name", function()
    local listed, official = table_rows("^`(%u+ /.*)`$"), official_names()
    for operation, methods in pairs(by_operation()) do
      local cells = listed[operation]
      assert.is_truthy(cells, operation .. " is missing")
      assert.same(methods, words_in(cells[1]), operation)
      assert.same(official[operation] or {}, words_in(cells[2]), operation)
      listed[operation] = nil
    end
    assert.same({}, listed)
  end)

  it("names every method of every object", function()
    local listed = {}
    for name, cell in text:gmatch("| `(%u%a+)` | ([^|\n;]+)") do
      listed[name] = words_in(cell)
    end
    local expected = {}
    for class, names in pairs(object_methods.all()) do
      for name in pairs(names) do
        expected[class] = expected[class] or {}
        expected[class]["`" .. name .. "`"] = true
      end
    end
    assert.same(expected, listed)
  end)
end)
