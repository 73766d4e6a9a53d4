-- SPDX-License-Identifier: MIT
local calls = require("spec.support.clients.emulator_calls")

local UNKNOWN = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

local EVENTS = {
  "meeting.started",
  "meeting.ended",
  "meeting.participantJoined",
  "meeting.participantLeft",
  "meeting.chatSynced",
  "recording.statusUpdate",
  "livestreaming.statusUpdate",
  "meeting.transcript",
  "meeting.summary",
}

describe("the emulator's webhooks", function()
  local api

  before_each(function()
    api = calls.new()
  end)

  local function body(changes)
    local webhook = { name = "hook", url = "https://example.com/hook", events = EVENTS }
    for name, value in pairs(changes or {}) do
      webhook[name] = value
    end
    return webhook
  end

  local function create(changes)
    return api:data("POST", "/webhooks", body(changes))
  end

  it("are a 404 where there are none, or an empty list as documented", function()
    assert.equal(404, (api:failure("GET", "/webhooks")))
    api = calls.new({ documented = true })
    local status, _, response = api:send("GET", "/webhooks")
    assert.equal(200, status)
    assert.equal('{"data":[],"success":true}', response.body)
  end)

  it("are created, shown and listed without pages, newest first", function()
    local status, reply = api:send("POST", "/webhooks", body())
    assert.equal(201, status)
    local one = reply.data
    assert.same({ EVENTS, "hook", true }, { one.events, one.name, one.enabled })
    assert.equal("https://example.com/hook", one.url)
    assert.equal(one.created_at, one.updated_at)
    assert.same(one, api:data("GET", "/webhooks/" .. one.id))
    local two = create({ url = "http://localhost:99/?a=b", enabled = false })
    assert.is_false(two.enabled)
    local _, list = api:send("GET", "/webhooks?per_page=1")
    assert.same({ data = { two, one }, success = true }, list)
  end)

  it("have unique URLs in an app, and names that may repeat", function()
    local one = create()
    local status, message = api:failure("POST", "/webhooks", body({ name = "other" }))
    assert.equal(409, status)
    assert.equal('A webhook with the url "https://example.com/hook" already exists', message)
    local two = create({ url = "https://example.com/two" })
    for method, changed in pairs({ PATCH = { url = one.url }, PUT = body() }) do
      assert.equal(409, (api:failure(method, "/webhooks/" .. two.id, changed)))
      assert.equal(200, (api:send(method, "/webhooks/" .. one.id, changed)))
    end
    assert.equal("https://example.com/two", api:data("GET", "/webhooks/" .. two.id).url)
  end)

  it("refuse bodies that cannot be", function()
    local function refused(changes)
      return { api:failure("POST", "/webhooks", body(changes)) }
    end
    local events = 'BAD_REQUEST: "events[1]" must be one of [' .. table.concat(EVENTS, ", ") .. "]"
    assert.same({ 400, events }, refused({ events = { EVENTS[1], "meeting.paused" } }))
    assert.same({ 400, 'BAD_REQUEST: "events" must be an array' }, refused({ events = EVENTS[1] }))
    assert.same({ 400, 'BAD_REQUEST: "url" must be a valid uri' }, refused({ url = "x.com" }))
    local scheme = 'BAD_REQUEST: "url" must be a valid uri with a scheme '
      .. "matching the http|https pattern"
    assert.same({ 400, scheme }, refused({ url = "ftp://example.com" }))
    local split = refused({ url = "http://example.com/\r\nx: y" })
    assert.same({ 400, 'BAD_REQUEST: "url" must be a valid uri' }, split)
    assert.same({ 400, 'BAD_REQUEST: "enabled" must be a boolean' }, refused({ enabled = 1 }))
    assert.same({ 422, '"secret" is not allowed' }, refused({ secret = "x" }))
    assert.same({ 400, 'BAD_REQUEST: "name" is not allowed to be empty' }, refused({ name = "" }))
    for _, name in ipairs({ "events", "name", "url" }) do
      local message = 'BAD_REQUEST: "' .. name .. '" '
      assert.equal(
        message .. (name == "events" and "must be an array" or "must be a string"),
        refused({ [name] = calls.null })[2]
      )
    end
    assert.same(
      { 400, 'BAD_REQUEST: "events" is required' },
      { api:failure("POST", "/webhooks", { name = "x", url = "http://x.y" }) }
    )
    assert.equal(404, (api:failure("GET", "/webhooks")))
  end)

  it("change by PATCH only what it says", function()
    local before = create()
    local after = api:data("PATCH", "/webhooks/" .. before.id, { enabled = false })
    assert.is_true(after.updated_at > before.updated_at)
    before.enabled, before.updated_at = false, after.updated_at
    assert.same(before, after)
    assert.same(after, api:data("GET", "/webhooks/" .. before.id))
    local path = "/webhooks/" .. before.id
    assert.equal(400, (api:failure("PATCH", path, { url = calls.null })))
    assert.equal(400, (api:failure("PATCH", path, { events = { "x" } })))
  end)

  it("are replaced by PUT, which answers with what was sent alone", function()
    local before = create({ enabled = false })
    local path = "/webhooks/" .. before.id
    local sent = body({ name = "new", events = { "meeting.ended" } })
    local echo = api:data("PUT", path, sent)
    sent.id = before.id
    assert.same(sent, echo)
    local after = api:data("GET", path)
    assert.same({ "new", true }, { after.name, after.enabled })
    assert.equal(before.created_at, after.created_at)
    assert.equal(400, (api:failure("PUT", path, { name = "new" })))
  end)

  it("answer a PUT in full as documented", function()
    api = calls.new({ documented = true })
    local path = "/webhooks/" .. create().id
    assert.same(api:data("PUT", path, body()), api:data("GET", path))
  end)

  it("keep an empty list of events a list", function()
    local _, _, response =
      api:send("POST", "/webhooks", '{"events":[],"name":"n","url":"http://x"}')
    assert.matches('"events":[]', response.body, 1, true)
  end)

  it("are deleted, which shows them once more only as documented", function()
    local webhook = create()
    assert.is_nil(api:data("DELETE", "/webhooks/" .. webhook.id).id)
    api = calls.new({ documented = true })
    webhook = create()
    assert.same(webhook, api:data("DELETE", "/webhooks/" .. webhook.id))
    assert.same({}, api:data("GET", "/webhooks"))
    api = calls.new()
    api:data("DELETE", "/webhooks/" .. create().id)
    assert.equal(404, (api:failure("GET", "/webhooks")))
    assert.equal(201, (api:send("POST", "/webhooks", body())))
  end)

  it("can ask for nine events", function()
    assert.same(EVENTS, api:data("GET", "/webhooks/all"))
  end)

  it("that do not exist are a 404", function()
    for method, sent in pairs({ GET = false, PATCH = "{}", PUT = body(), DELETE = false }) do
      local status, message = api:failure(method, "/webhooks/" .. UNKNOWN, sent or nil)
      assert.equal(404, status)
      assert.equal("No webhook found with id " .. UNKNOWN, message)
    end
    assert.equal(400, (api:failure("GET", "/webhooks/every")))
  end)

  it("are read by the client", function()
    local client = api.emulator:client()
    assert.equal(0, #client.webhooks:list())
    local webhook = assert(client.webhooks:create(body()))
    assert.equal(webhook.id, client.webhooks:list()[1].id)
    assert.equal("conflict", select(3, client.webhooks:create(body())).kind)
    assert.equal("new", webhook:replace(body({ name = "new" })).name)
    assert.is_string(webhook.created_at)
    assert.is_false(webhook:update({ enabled = false }).enabled)
    assert.equal("new", webhook.name)
    assert.equal(webhook.id, webhook:delete().id)
    assert.equal("not_found", select(3, client.webhooks:get(webhook.id)).kind)
  end)
end)
