-- SPDX-License-Identifier: MIT
-- What print and rtk.help show of objects, pages, resources and clients.
local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local object_methods = require("spec.support.data.object_methods")
local rtk = require("rtk")
local schema = require("rtk.schema")
local shell = require("spec.support.servers.shell")
local wire_operations = require("spec.support.data.wire_operations")

local function answering(data, paging)
  return (clients.fake({ { json = { success = true, data = data, paging = paging } } }))
end

describe("print", function()
  it("shows the class, id, title and status of an object", function()
    local client = answering({ id = "m1", title = "Stand-up", status = "ACTIVE", name = "x" })
    assert.equal('rtk.Meeting m1 "Stand-up" ACTIVE', tostring(client.meetings:get("m1")))
    client = answering({ id = "r1", status = "RECORDING", output_file_name = "x" })
    assert.equal("rtk.Recording r1 RECORDING", tostring(client.recordings:get("r1")))
    client = answering({ id = "s1", meeting_display_name = "Retro", status = "LIVE" })
    assert.equal('rtk.Session s1 "Retro" LIVE', tostring(client.sessions:get("s1")))
    client = answering({ id = 5, name = "P" })
    assert.equal('rtk.Preset 5 "P"', tostring(client.presets:get("p1")))
  end)

  it("shows how much of a list a page is", function()
    local items = rtk.array()
    for number = 1, 25 do
      items[number] = { id = "m" .. number }
    end
    local client = answering(items, { total_count = 1000 })
    assert.equal("rtk.Page 25 of 1000, page 1", tostring(client.meetings:list()))
    assert.equal("rtk.Page 25 of 1000, page 3", tostring(client.meetings:list({ page_no = 3 })))
    client = answering({ { id = "w1" } })
    assert.equal("rtk.Page 1, page 1", tostring(client.webhooks:list()))
  end)

  it("shows livestreams, their details and other values with classes of their own", function()
    local client = new_emulator({}):client()
    local livestream = assert(client.livestreams:create({ name = "L" }))
    local expected = livestream.id .. ' "L" ' .. livestream.status
    assert.equal("rtk.Livestream " .. expected, tostring(livestream))
    assert.equal(
      "rtk.LivestreamDetails " .. expected,
      tostring(client.livestreams:get(livestream.id))
    )
    assert.equal("rtk.Daywise", (tostring(client.analytics:daywise())))
    assert.equal("rtk.Value", tostring(assert(answering({}):request({ path = "/x" }))))
  end)

  it("lists the methods of a resource", function()
    local client = answering({})
    assert.equal(
      "client.analytics: daywise, livestreams_daywise, livestreams_overall",
      tostring(client.analytics)
    )
    assert.matches(
      "^client.meetings: add_participant, close, create, delete_participant, ",
      tostring(client.meetings)
    )
  end)

  it("shows one line, whatever a server sends", function()
    local client = answering({
      id = ("i"):rep(500),
      title = 'a\27[2J\nb "c" \\ \226\128\174d ' .. ("x"):rep(500),
      status = "A\nB",
    })
    local line = tostring(client.meetings:get("m1"))
    assert.falsy(line:find("[%z\1-\31\127]"), line)
    assert.truthy(line:find('a [2J b \\"c\\" \\\\ ', 1, true), line)
    assert.is_true(#line < 300, line)
    client = answering({ id = "m1", title = 5, name = {}, status = true })
    assert.equal("rtk.Meeting m1", tostring(client.meetings:get("m1")))
    local meeting = client.meetings:get("m1")
    meeting.id = {}
    assert.equal("rtk.Meeting", tostring(meeting))
  end)
end)

-- A value of a type, with a secret where the type has one.
local SECRET = "s3cr3t-s3cr3t-s3cr3t"

local function sample(value_type)
  if value_type.secret then return SECRET end
  local kind = value_type.kind
  if kind == "object" then
    local fields = {}
    for name, field in pairs(value_type.fields) do
      fields[name] = sample(field)
    end
    return fields
  end
  if kind == "array" then return { sample(value_type.items) } end
  if kind == "map" then return { k = sample(value_type.items) } end
  if kind == "union" then return sample(value_type.alternatives[1]) end
  if kind == "enum" then return value_type.values[1] end
  if kind == "boolean" then return true end
  return kind == "string" and "text" or 5
end

describe("no secret", function()
  it("is in what print and rtk.help show of any value", function()
    local count = 0
    for _, row in ipairs(wire_operations.rows()) do
      local fields = schema.operation(row.key:match("^(%S+) (.+)$"))
      local data = sample(fields.reply)
      if fields.wrapper then data = { [fields.wrapper] = data } end
      local client = answering(data)
      local value = assert(wire_operations.call(client, row))
      for _, item in ipairs({ value, value[1] or value, rawget(value, "livestream") or value }) do
        if type(item) == "table" then
          assert.falsy(tostring(item):find(SECRET, 1, true), row.title)
          local ok, text = pcall(rtk.help, item)
          assert.falsy(text:find(SECRET, 1, true), row.title)
          count = ok and count + 1 or count
        end
      end
    end
    assert.is_true(count > 60, tostring(count))
  end)

  it("is shown because it stands in a title", function()
    local token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    local url = "https://example.com/a?X-Amz-Signature=abc"
    local client = answering({ id = "m1", title = token .. " " .. url })
    local line = tostring(client.meetings:get("m1"))
    assert.falsy(line:find("eyJ", 1, true), line)
    assert.falsy(line:find("Signature", 1, true), line)
  end)

  it("of a person is shown of a report", function()
    local client = answering({ id = "p1", display_name = "Ann", name = "Ann's phone" })
    assert.equal("rtk.PeerReport p1", tostring(client.sessions:get_peer_report("p1")))
  end)
end)

describe("rtk.help", function()
  -- The lines that begin with a call, as what they say by the method's name.
  local function rows_in(text, prefix)
    local rows, count = {}, 0
    for line in text:gmatch("[^\n]+") do
      local name, says = line:match("^" .. prefix .. "([%l_]+)%b()  +(.*)$")
      if name then
        rows[name], count = says, count + 1
      end
    end
    return rows, count
  end

  local function assert_lists(names, text, prefix)
    local rows = rows_in(text, prefix)
    for name in pairs(names) do
      assert.truthy(rows[name] and #rows[name] > 8, prefix .. name .. "\n" .. text)
    end
    for name in pairs(rows) do
      assert.truthy(names[name], prefix .. name)
    end
  end

  it("says in one line what each method of a resource takes and does", function()
    local client = answering({})
    for _, resource in ipairs(schema.resources) do
      local names = {}
      for name, value in pairs(require("rtk.resources." .. resource)) do
        if type(value) == "function" and name:sub(1, 1) ~= "_" then names[name] = true end
      end
      local text = rtk.help(client[resource])
      assert_lists(names, text, "client%." .. resource .. ":")
      assert.matches("^client%." .. resource .. "\n", text)
    end
    local expected = "client.meetings:update(meeting_id, body, options)"
    local line = rtk.help(client.meetings):match("[^\n]*:update%([^\n]*")
    assert.equal(expected, line:match("^%S+ %S+ %S+"):gsub(" +$", ""), nil)
    assert.matches("  Updates fields of a meeting: PATCH /meetings/{meeting_id}$", line)
  end)

  it("names the request of every method that sends one", function()
    local client = answering({})
    for _, row in ipairs(wire_operations.rows()) do
      local says =
        rows_in(rtk.help(client[row.resource]), "client%." .. row.resource .. ":")[row.method]
      local path = row.resource == "apps" and "/accounts/{account_id}/realtime/kit" or ""
      local operation = row.key:gsub(" ", " " .. path, 1)
      local is_there = says:sub(-#operation) == operation
      assert.is_true(is_there or row.is_walk, row.title .. ": " .. says)
    end
  end)

  it("lists the methods of an object, below what print shows of it", function()
    local client = answering({ id = "x1", name = "N" })
    for class, object in pairs({
      Livestream = client.livestreams:create({}),
      Meeting = client.meetings:get("x1"),
      Participant = client.meetings:get_participant("m1", "x1"),
      Preset = client.presets:get("x1"),
      Recording = client.recordings:get("x1"),
      Session = client.sessions:get("x1"),
      Webhook = client.webhooks:get("x1"),
    }) do
      local text = rtk.help(object)
      assert_lists(object_methods.all()[class], text, class:lower() .. ":")
      assert.equal(tostring(object), text:match("^[^\n]*"))
    end
    local app = answering({ app = { id = "a1" } }).apps:create({ name = "A" })
    assert.matches("\napp%.meetings +Meetings and", rtk.help(app))
    local peer = answering({ id = "p1" }).sessions:get_participant("s1", "p1")
    assert.equal(tostring(peer) .. " has no methods", rtk.help(peer))
  end)

  it("lists what a page, a client and rtk have", function()
    local client = answering({ { id = "m1" } })
    assert_lists({ each = true, next = true }, rtk.help(client.meetings:list()), "page:")
    local text = rtk.help(client)
    assert.matches("\nclient:request%(options%) +Sends any request", text)
    for _, name in ipairs(schema.resources) do
      assert.matches("\nclient%." .. name .. " +%u", text)
    end
    local functions = {}
    for name, value in pairs(rtk) do
      if type(value) == "function" then functions[name] = true end
    end
    assert_lists(functions, rtk.help(), "rtk%.")
    assert.equal(rtk.help(), rtk.help(rtk))
  end)

  it("raises for anything else, and prints nothing", function()
    for _, other in ipairs({ 5, "x", {}, print, rtk.null }) do
      local message = clients.misuse_of(rtk.help, other)
      assert.truthy(message:find("rtk.help takes rtk, a client, a resource", 1, true), message)
    end
    local lua = shell.lua()
    local command = "LUA_PATH='/nowhere/?.lua' LUA_CPATH='build/%s/?.so' %s -e '%s'"
    local code = 'local rtk = require("rtk") '
      .. 'local apps = rtk.new({ api_token = "x", account_id = "a" }).apps '
      .. "local text = rtk.help(apps) "
      .. 'assert(text:find("client.apps:create(body, options)  ", 1, true), text)'
    assert.equal("", shell.check(command:format(lua, lua, code)))
  end)
end)
