-- SPDX-License-Identifier: MIT
-- What objects, pages, resources, clients and rtk itself say about names that they do not have.
local cjson = require("cjson")
local clients = require("spec.support.clients.clients")
local object_methods = require("spec.support.data.object_methods")
local rtk = require("rtk")
local schema = require("rtk.schema")
local suggest = require("rtk.suggest")

local function client_with(value)
  return (clients.fake({ { json = { success = true, data = value } } }))
end

-- The message of the error that indexing raises; fails when there is none.
local function message_of(value, key)
  return clients.misuse_of(function()
    local found = value[key]
    return found
  end)
end

local function assert_says(expected, value, key)
  local message = message_of(value, key)
  assert.truthy(message:find(expected, 1, true), message)
  assert.truthy(message:find("unknown_names_spec.lua:", 1, true), message)
end

-- An object of each class.
local objects = {
  App = client_with({ app = { id = "a1" } }).apps:create({ name = "A" }),
  Livestream = client_with({ id = "l1" }).livestreams:create({}),
  Meeting = client_with({ id = "m1" }).meetings:get("m1"),
  Participant = client_with({ id = "p1" }).meetings:get_participant("m1", "p1"),
  Preset = client_with({ id = "p1" }).presets:get("p1"),
  Recording = client_with({ id = "r1" }).recordings:get("r1"),
  Session = client_with({ id = "s1" }).sessions:get("s1"),
  Webhook = client_with({ id = "w1" }).webhooks:get("w1"),
}

-- What fingers make of a name.
local function slips_of(name)
  local middle = math.floor(#name / 2)
  local swapped = name:sub(1, middle - 1)
    .. name:sub(middle + 1, middle + 1)
    .. name:sub(middle, middle)
    .. name:sub(middle + 2)
  local camel = name:gsub("_(%l)", string.upper)
  return {
    swapped,
    #name < 5 and swapped or name:sub(1, middle - 1) .. name:sub(middle + 1),
    camel,
    name:upper(),
  }
end

-- Other words that a field may be called.
local function forms_of(name)
  local forms, stem = {}, name:gsub("e$", "")
  for _, form in ipairs({
    name .. "s",
    stem .. "ed",
    stem .. "ing",
    name .. "r",
    name .. "d",
    name .. "_id",
    name .. "_at",
    name .. "_count",
    "is_" .. name,
    "last_" .. name,
    (name:gsub("s$", "")),
  }) do
    if form ~= name then forms[#forms + 1] = form end
  end
  return forms
end

describe("an object", function()
  it("names the method that was meant by a misspelt name", function()
    local count = 0
    for class, names in pairs(object_methods.all()) do
      for name in pairs(objects[class] and names or {}) do
        for _, slip in ipairs(slips_of(name)) do
          if slip ~= name then
            local expected = ('rtk.%s has no method "%s"; did you mean "%s"?'):format(
              class,
              slip,
              name
            )
            assert_says(expected, objects[class], slip)
            count = count + 1
          end
        end
      end
    end
    assert.is_true(count > 100, tostring(count))
    assert_says('did you mean "add_participant"?', objects.Meeting, "add_participnt")
    assert_says('did you mean "reload"?', objects.Meeting, "relaod")
    assert_says('did you mean "update"?', objects.Meeting, "udpate")
    assert_says('did you mean "update"?', objects.Meeting, "pudate")
    assert_says('did you mean "meetings"?', objects.App, "meetngs")
  end)

  it("has nil for every other name, because it may be a field of the future", function()
    for class, names in pairs(object_methods.all()) do
      for name in pairs(objects[class] and names or {}) do
        for _, form in ipairs(forms_of(name)) do
          if not names[form] then assert.is_nil(objects[class][form], class .. "." .. form) end
        end
      end
    end
    for _, object in pairs(objects) do
      for _, name in ipairs({
        "some_future_field",
        "cause",
        "phase",
        "step",
        "post",
        "pick",
        "chart",
        "result",
        "sections",
        "transcribe",
        "update_url",
        "start_time",
        "stop_reason",
        "n",
        "",
        "_name",
        "__index",
        "__tostring",
        ("x"):rep(100),
      }) do
        assert.is_nil(object[name], name)
      end
      assert.is_nil(object[1])
      assert.is_nil(object[0.5])
      assert.is_nil(object[true])
      assert.is_nil(object[object])
    end
  end)

  it("has nil for every field that any reply may have", function()
    local names = {}
    for _, key in ipairs(schema.keys()) do
      local reply = schema.operation(key:match("^(%S+) (.+)$")).reply
      schema.each_object(reply, function(object)
        for name in pairs(object.fields) do
          names[name] = true
        end
      end)
    end
    local all_methods, resources = object_methods.all(), {}
    for _, name in ipairs(schema.resources) do
      resources[name] = true
    end
    for class, object in pairs(objects) do
      for name in pairs(names) do
        local is_member = all_methods[class][name] or rawget(object, name) ~= nil
        if not is_member and not (class == "App" and resources[name]) then
          assert.is_nil(object[name], class .. "." .. name)
        end
      end
    end
  end)

  it("is read by comparisons, printers and encoders that ask for names of their own", function()
    local object = client_with({ id = "m1", title = "T" }).meetings:get("m1")
    assert.same({ id = "m1", title = "T" }, object)
    assert.are_not.same({ id = "m2", title = "T" }, object)
    assert.same({ id = "m1", title = "T" }, cjson.decode(cjson.encode(object)))
    assert.is_string(require("pl.pretty").write(object))
    assert.is_true(require("pl.tablex").deepcompare(object, { id = "m1", title = "T" }))
    assert.matches("m1", clients.misuse_of(assert.same, object, {}))
  end)

  it("says what to do where the API has no such method", function()
    for class, keys in pairs({
      App = { "delete", "update", "rename" },
      Livestream = { "delete", "stop", "update" },
      Meeting = { "delete", "remove", "stop" },
      Participant = { "kick", "remove" },
      Recording = { "delete", "update" },
      Session = { "delete", "stop", "kick", "kick_all", "update" },
    }) do
      for _, key in ipairs(keys) do
        assert_says(('rtk.%s has no method "%s": '):format(class, key), objects[class], key)
      end
    end
    assert_says('set status = "INACTIVE" with update', objects.Meeting, "delete")
    assert_says("kick_all of client.active_session", objects.Meeting, "delete")
  end)
end)

describe("a resource", function()
  local client = client_with({ id = "x" })

  it("says what to do where the API has no such method", function()
    for resource, keys in pairs({
      active_session = { "close", "create", "delete", "start", "stop" },
      apps = { "delete", "rename", "update" },
      livestreams = { "delete", "remove", "update" },
      meetings = { "delete", "destroy", "mute", "mute_all", "remove", "start", "stop" },
      recordings = { "delete", "update" },
      sessions = { "create", "delete", "kick_all", "stop", "update" },
    }) do
      for _, key in ipairs(keys) do
        local expected = ('client.%s has no method "%s": '):format(resource, key)
        assert_says(expected, client[resource], key)
      end
    end
    local message = message_of(client.meetings, "delete")
    assert.truthy(message:find('set status = "INACTIVE" with update', 1, true), message)
    assert.falsy(message:find("delete_participant", 1, true), message)
  end)

  it("knows the ids of operations that the official SDK has no names for", function()
    for resource, names in pairs({
      active_session = { MuteParticipants = "mute", mute_all_participants = "mute_all" },
      apps = { getApp = "get" },
      livestreams = { livestreamSessionDetails = "get_of_meeting" },
      webhooks = { getAllWebhookEvents = "list_events" },
    }) do
      for theirs, ours in pairs(names) do
        local expected = '; Cloudflare\'s operation "%s" is "%s" here'
        assert_says(expected:format(theirs, ours), client[resource], theirs)
        assert.is_function(client[resource][ours])
      end
    end
  end)

  it("is no iterator, and says which methods it has", function()
    local message = clients.misuse_of(function()
      for _ in client.meetings do
        error("not reached")
      end
    end)
    assert.truthy(message:find("unknown_names_spec.lua:", 1, true), message)
    assert.truthy(message:find("call a method of client.meetings: ", 1, true), message)
    assert.truthy(message:find(" each, ", 1, true), message)
  end)

  it("says that a field among the options belongs before them", function()
    for expected, call in pairs({
      ["unknown option per_page in options; it belongs into the query"] = function()
        client.meetings:list({}, { per_page = 5 })
      end,
      ["unknown option search in options; it belongs into the query"] = function()
        client.meetings:each(nil, { max_items = 5, search = "x" })
      end,
      ["unknown option title in options; it belongs into the body"] = function()
        client.meetings:create({}, { title = "T" })
      end,
    }) do
      local message = clients.misuse_of(call)
      assert.truthy(message:find(expected, 1, true), message)
      assert.truthy(message:find("unknown_names_spec.lua:", 1, true), message)
    end
  end)

  it("is a part of another where it does not exist by itself", function()
    assert_says("client.meetings:list_participants(meeting_id)", client, "participants")
    assert_says("client.active_session:create_poll(meeting_id, body)", client, "polls")
    assert_says("client.sessions:get_chat(session_id)", client, "chat")
    assert_says('did you mean "meetings"?', client, "meeting")
  end)

  it("is advised to call methods that exist", function()
    for _, key in ipairs({ "participants", "polls", "chat", "summary", "tokens", "transcripts" }) do
      local count = 0
      for resource, method in message_of(client, key):gmatch("client%.([%l_]+):([%l_]+)") do
        assert.is_function(client[resource][method])
        count = count + 1
      end
      assert.is_true(count > 0)
    end
    for resource, names in pairs({
      active_session = { "start", "delete" },
      livestreams = { "delete", "start" },
      meetings = { "delete", "stop", "kick", "kick_all", "mute", "mute_all", "livestream" },
      sessions = { "stop", "kick", "update", "start" },
    }) do
      for _, name in ipairs(names) do
        local ok, message = pcall(function()
          return client[resource][name]
        end)
        for other, method in (ok and "" or message):gmatch("client%.([%l_]+):([%l_]+)") do
          assert.is_function(client[other][method])
        end
      end
    end
  end)
end)

describe("a page", function()
  local page

  before_each(function()
    page = clients
      .fake({ { json = { data = { { id = "m1" } }, paging = { total_count = 9 } } } }).meetings
      :list()
  end)

  it("says where its parts are", function()
    assert_says("page.paging.total_count", page, "total_count")
    assert_says("page.paging.end_offset", page, "end_offset")
    for _, key in ipairs({ "data", "items", "result" }) do
      assert_says(('a page has no "%s": a page is an array'):format(key), page, key)
    end
    assert_says("#page is the number of its items", page, "count")
    assert_says("page:next() returns the next page", page, "has_more")
    assert_says('did you mean "next"?', page, "nextt")
    assert_says("known are each, next, paging", page, "xyzzy")
  end)

  it("has nil for numbers, private names and what libraries look for", function()
    assert.is_nil(page[2])
    assert.is_nil(page._name)
    assert.is_nil(page.__index)
    assert.is_nil(page.n)
    assert.is_nil(page[{}])
    local bare = client_with({ { id = "m1" } }).meetings:list()
    assert.is_nil(bare.paging)
    assert.same({ { id = "m1" } }, bare)
    assert.same({ { id = "m1" } }, cjson.decode(cjson.encode(bare)))
    assert.is_string(require("pl.pretty").write(bare))
  end)

  it("says how to loop when it stands where an iterator does", function()
    local message = clients.misuse_of(function()
      for _ in page do
        error("not reached")
      end
    end)
    assert.truthy(message:find("unknown_names_spec.lua:", 1, true), message)
    assert.truthy(message:find("page:each()", 1, true), message)
    assert.truthy(message:find("ipairs(page)", 1, true), message)
  end)
end)

describe("rtk", function()
  it("names the function that was meant", function()
    assert_says('rtk has no "gathr"; did you mean "gather"?', rtk, "gathr")
    assert_says('rtk has no "New"; did you mean "new"?', rtk, "New")
    assert_says("known are ", rtk, "xyzzy")
    assert.is_nil(rtk._NAME)
    assert.is_nil(rtk[1])
  end)

  it("names the modules that are required by their own names", function()
    for _, name in ipairs({ "core", "emulator" }) do
      assert_says(('require "rtk.%s"'):format(name), rtk, name)
      assert.is_table(require("rtk." .. name))
    end
  end)
end)

describe("suggest.is_misspelt", function()
  it("is true for slips, and false for other words", function()
    assert.is_true(suggest.is_misspelt("stopp", "stop") == false)
    assert.is_true(suggest.is_misspelt("sotp", "stop"))
    assert.is_true(suggest.is_misspelt("addParticipant", "add_participant"))
    assert.is_true(suggest.is_misspelt("ad_partcipant", "add_participant"))
    assert.is_false(suggest.is_misspelt("add_participants", "add_participant"))
    assert.is_false(suggest.is_misspelt("added_participant", "add_participant"))
    assert.is_false(suggest.is_misspelt("update", "update"))
    assert.is_false(suggest.is_misspelt("spot", "stop"))
    assert.is_false(suggest.is_misspelt(("x"):rep(65), "update"))
    assert.is_false(suggest.is_misspelt("", "update"))
  end)
end)
