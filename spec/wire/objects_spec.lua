-- SPDX-License-Identifier: MIT
-- Every method of every object: the request it sends, with the object's own ids; its options; and
-- that results stay in the object's app.

local clients = require("spec.support.clients.clients")
local object_methods = require("spec.support.data.object_methods")
local wire_json = require("spec.support.data.wire_json")
local wire_request = require("spec.support.data.wire_request")

-- How to get one of each; "o/1" is the object's id, "m/1" that of its meeting.
local sources = {
  App = function(client, options)
    return client.apps:get("o/1", options)
  end,
  Meeting = function(client, options)
    return client.meetings:get("o/1", nil, options)
  end,
  Participant = function(client, options)
    return client.meetings:add_participant("m/1", { name = "Ann" }, options)
  end,
  Preset = function(client, options)
    return client.presets:get("o/1", options)
  end,
  Session = function(client, options)
    return client.sessions:get("o/1", nil, options)
  end,
  Recording = function(client, options)
    return client.recordings:get("o/1", options)
  end,
  Webhook = function(client, options)
    return client.webhooks:get("o/1", options)
  end,
  Livestream = function(client, options)
    return client.livestreams:start("m/1", {}, options)
  end,
}

-- Method, what it is given, request, query or body that must be sent.
local meeting, participant = "/meetings/o%2F1", "/meetings/m%2F1/participants/o%2F1"
local calls = {
  App = { { "reload", false, "GET /apps/o%2F1" } },
  Meeting = {
    { "update", { title = "T" }, "PATCH " .. meeting, body = '{"title":"T"}' },
    { "replace", { title = "T" }, "PUT " .. meeting, body = '{"title":"T"}' },
    { "reload", false, "GET " .. meeting },
    {
      "participants",
      { per_page = 5 },
      "GET " .. meeting .. "/participants",
      query = "per_page=5",
    },
    {
      "each_participant",
      { per_page = 5 },
      "GET " .. meeting .. "/participants",
      query = "per_page=5",
    },
    {
      "add_participant",
      { name = "A" },
      "POST " .. meeting .. "/participants",
      body = '{"name":"A"}',
    },
    { "active_session", false, "GET " .. meeting .. "/active-session" },
    {
      "kick",
      { participant_ids = {} },
      "POST " .. meeting .. "/active-session/kick",
      body = '{"participant_ids":[]}',
    },
    { "kick_all", false, "POST " .. meeting .. "/active-session/kick-all" },
    {
      "mute",
      { participant_ids = { "p" } },
      "POST " .. meeting .. "/active-session/mute",
      body = '{"participant_ids":["p"]}',
    },
    {
      "mute_all",
      { allow_unmute = true },
      "POST " .. meeting .. "/active-session/mute-all",
      body = '{"allow_unmute":true}',
    },
    {
      "create_poll",
      { question = "?", options = { "y" } },
      "POST " .. meeting .. "/active-session/poll",
      body = '{"question":"?","options":["y"]}',
    },
    {
      "start_recording",
      { max_seconds = 60 },
      "POST /recordings",
      body = '{"meeting_id":"o/1","max_seconds":60}',
    },
    {
      "recordings",
      { expired = false },
      "GET /recordings",
      query = "expired=false&meeting_id=o%2F1",
    },
    { "active_recording", false, "GET /recordings/active-recording/o%2F1" },
    {
      "start_livestream",
      { name = "L" },
      "POST " .. meeting .. "/livestreams",
      body = '{"name":"L"}',
    },
    { "stop_livestream", false, "POST " .. meeting .. "/active-livestream/stop" },
    { "livestream", { page_no = 2 }, "GET " .. meeting .. "/livestream", query = "page_no=2" },
    {
      "sessions",
      { status = "LIVE" },
      "GET /sessions",
      query = "status=LIVE&associated_id=o%2F1",
    },
  },
  Participant = {
    { "update", { name = "B" }, "PATCH " .. participant, body = '{"name":"B"}' },
    {
      "replace",
      { custom_participant_id = "c", preset_name = "p" },
      "PUT " .. participant,
      body = '{"custom_participant_id":"c","preset_name":"p"}',
    },
    { "delete", false, "DELETE " .. participant },
    { "refresh_token", false, "POST " .. participant .. "/token" },
    { "reload", false, "GET " .. participant },
  },
  Preset = {
    { "update", { name = "P" }, "PATCH /presets/o%2F1", body = '{"name":"P"}' },
    { "replace", { name = "P" }, "PUT /presets/o%2F1", body = '{"name":"P"}' },
    { "delete", false, "DELETE /presets/o%2F1" },
    { "reload", false, "GET /presets/o%2F1" },
  },
  Session = {
    { "reload", false, "GET /sessions/o%2F1" },
    { "participants", { view = "raw" }, "GET /sessions/o%2F1/participants", query = "view=raw" },
    {
      "each_participant",
      { view = "raw" },
      "GET /sessions/o%2F1/participants",
      query = "view=raw",
    },
    {
      "livestream_sessions",
      { per_page = 3 },
      "GET /sessions/o%2F1/livestream-sessions",
      query = "per_page=3",
    },
    { "chat", false, "GET /sessions/o%2F1/chat" },
    { "transcript", { format = "x" }, "GET /sessions/o%2F1/transcript", query = "format=x" },
    { "summary", false, "GET /sessions/o%2F1/summary" },
    { "generate_summary", false, "POST /sessions/o%2F1/summary" },
  },
  Recording = {
    { "pause", false, "PUT /recordings/o%2F1", body = '{"action":"pause"}' },
    { "resume", false, "PUT /recordings/o%2F1", body = '{"action":"resume"}' },
    { "stop", false, "PUT /recordings/o%2F1", body = '{"action":"stop"}' },
    { "reload", false, "GET /recordings/o%2F1" },
  },
  Webhook = {
    { "update", { events = {} }, "PATCH /webhooks/o%2F1", body = '{"events":[]}' },
    { "replace", { events = {} }, "PUT /webhooks/o%2F1", body = '{"events":[]}' },
    { "delete", false, "DELETE /webhooks/o%2F1" },
    { "reload", false, "GET /webhooks/o%2F1" },
  },
  Livestream = {
    { "reload", false, "GET /livestreams/o%2F1" },
    { "details", { page_no = 2 }, "GET /livestreams/o%2F1", query = "page_no=2" },
    { "active_session", false, "GET /livestreams/o%2F1/active-livestream-session" },
  },
}

-- Methods that make as many calls as it takes; they have specs of their own in spec/unit/resources.
local jobs = {
  Livestream = { "wait" },
  Meeting = { "close", "ensure_participant", "present", "wait_live" },
  Recording = { "download", "wait" },
  Session = {
    "attendance",
    "chat_rows",
    "download_chat",
    "download_summary",
    "download_transcript",
    "summary_text",
    "transcript_rows",
    "wait",
  },
}

-- An object, or a list where one is due.
local function answer(request)
  local path = request.url:match("^[^?]*")
  local is_list = request.method == "GET"
    and (path:find("/participants$") or path:find("[/-]sessions$") or path:find("/recordings$"))
  return { text = is_list and '{"data":[]}' or '{"data":{"id":"o/1","token":"t"}}' }
end

local function assert_request(call, request, app)
  local base = "https://api.example.com/client/v4/accounts/acc/realtime/kit"
  if not call[3]:find(" /apps/", 1, true) then base = base .. "/" .. app end
  local url = wire_request.url(request.url, base)
  assert.equal(call[3], request.method .. " " .. url.path)
  assert.same(wire_request.pairs_of(call.query or ""), url.query)
  assert.equal(call.body ~= nil, request.body ~= nil)
  if call.body then
    local difference = wire_json.difference(wire_json.read(request.body), wire_json.read(call.body))
    assert.is_nil(difference, call[3])
  end
end

describe("a method of an object", function()
  local client, transport

  before_each(function()
    client, transport = clients.fake({ answer })
  end)

  local function invoke(object, call, options)
    local method = object[call[1]]
    local value, message, err
    if call[2] then
      value, message, err = method(object, call[2], options)
    else
      value, message, err = method(object, options)
    end
    -- An iterator sends nothing before its first item.
    if tostring(value):find("^rtk.Iterator") then
      local ok, raised = pcall(value)
      if not ok then return nil, raised:match(": (.*)$") end
      return {}
    end
    return value, message, err
  end

  for class, list in pairs(calls) do
    for _, call in ipairs(list) do
      it(("%s:%s sends %s"):format(class, call[1], call[3]), function()
        local object = sources[class](client)
        assert.is_table((assert(invoke(object, call))))
        assert.equal(2, #transport.requests)
        assert_request(call, transport:last(), "app")
      end)

      it(("%s:%s takes options and stays in its app"):format(class, call[1]), function()
        local object = sources[class](client, { app_id = "other" })
        local value = assert(invoke(object, call, { timeout = 3, headers = { ["X-A"] = "b" } }))
        assert_request(call, transport:last(), "other")
        assert.equal(3, transport:last().timeout)
        assert.equal("b", wire_request.headers(transport:last().headers)["x-a"])
        assert.is_table(value)
      end)
    end

    it(class .. " is tried whole", function()
      local tried = {}
      for _, call in ipairs(list) do
        tried[call[1]] = true
      end
      for _, name in ipairs(jobs[class] or {}) do
        tried[name] = true
      end
      assert.same(object_methods.all()[class], tried)
    end)
  end

  it("does not change the tables it is given", function()
    local object = sources.Meeting(client)
    local body, query = { max_seconds = 60 }, { status = "LIVE" }
    object:start_recording(body)
    object:sessions(query)
    assert.same({ max_seconds = 60 }, body)
    assert.same({ status = "LIVE" }, query)
    object:start_recording()
    assert.equal('{"meeting_id":"o/1"}', transport:last().body)
  end)

  it("mutes all for good unless it is told otherwise", function()
    local object = sources.Meeting(client)
    for _, body in ipairs({ false, {} }) do
      object:mute_all(body or nil)
      assert.equal('{"allow_unmute":false}', transport:last().body)
    end
    object:mute_all(nil, { extra_body = { allow_unmute = true } })
    assert.equal('{"allow_unmute":true}', transport:last().body)
  end)

  it("says that the id is missing when the object has none", function()
    for class, list in pairs(calls) do
      for _, call in ipairs(list) do
        local object = sources[class](client)
        object.id = nil
        local before = #transport.requests
        local message = clients.misuse_of(invoke, object, call)
        assert.truthy(message:find("_id must be a string, got nothing", 1, true), message)
        assert.truthy(message:find("objects_spec.lua", 1, true), message)
        assert.equal(before, #transport.requests)
      end
      for _, name in ipairs(jobs[class] or {}) do
        local object = sources[class](client)
        object.id = nil
        local message = clients.misuse_of(invoke, object, { name })
        assert.truthy(message:find("_id must be a string, got nothing", 1, true), message)
      end
    end
  end)

  it("is not looked for in another app when an app has no id", function()
    local app = client.apps:create({ name = "A" })
    app.id = nil
    local message = clients.misuse_of(function()
      return app.meetings
    end)
    assert.truthy(message:find("the app's id must be a string", 1, true), message)
    assert.is_nil(app.name)
  end)

  it("reports what the API says and leaves the object as it was", function()
    local refusal = { status = 409, json = { success = false, error = { message = "no" } } }
    for class, list in pairs(calls) do
      for _, call in ipairs(list) do
        local failing = clients.fake({ { text = '{"data":{"id":"o/1","token":"t"}}' }, refusal })
        local object = sources[class](failing)
        local value, message, err = invoke(object, call)
        assert.is_nil(value, call[1])
        assert.truthy(message:find("^no"), message)
        if not call[1]:find("^each") then assert.equal("conflict", err.kind) end
        assert.same({ id = "o/1", token = "t" }, object)
      end
    end
  end)
end)
