-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local rtk = require("rtk")

describe("rtk.client", function()
  local ok = { json = { success = true, data = { id = "m1", title = "T" } } }
  local base = "https://api.example.com/client/v4/accounts/acc/realtime/kit/app"

  local function header(request, name)
    for _, line in ipairs(request.headers) do
      local found, value = line:match("^([^:]+): (.*)$")
      if found:lower() == name:lower() then return value end
    end
    return nil
  end

  it("sends the method and path of an operation", function()
    local client, transport = clients.fake({ ok })
    client.meetings:create({ title = "Standup" })
    local request = transport:last()
    assert.equal("POST", request.method)
    assert.equal(base .. "/meetings", request.url)
    assert.equal('{"title":"Standup"}', request.body)
    assert.equal("Bearer test-token", header(request, "authorization"))
    assert.equal("application/json", header(request, "accept"))
    assert.equal("application/json", header(request, "content-type"))
    assert.equal("rtk-lua/" .. rtk._VERSION, header(request, "user-agent"))
    assert.equal(60, request.timeout)
    assert.equal(10, request.connect_timeout)
  end)

  it("sends no content type without a body", function()
    local client, transport = clients.fake({ ok })
    client.meetings:get("m1")
    assert.is_nil(transport:last().body)
    assert.is_nil(header(transport:last(), "content-type"))
    client.meetings:refresh_participant_token("m1", "p1")
    assert.is_nil(transport:last().body)
  end)

  it("sends an empty object for a body that was left out", function()
    local client, transport = clients.fake({ ok })
    client.meetings:create()
    assert.equal("{}", transport:last().body)
  end)

  it("marks repeatable operations", function()
    local client, transport = clients.fake({ ok })
    local function last()
      return transport:last().operation.is_repeatable
    end
    client.meetings:create({})
    assert.is_false(last())
    client.meetings:update("m1", {})
    assert.is_true(last())
    client.meetings:refresh_participant_token("m1", "p1")
    assert.is_true(last())
    client:request({ method = "POST", path = "/x" })
    assert.is_false(last())
  end)

  it("applies the options of a call", function()
    local client, transport = clients.fake({ ok })
    client.meetings:update("m1", { title = "a", deep = { x = 1 } }, {
      timeout = 5,
      headers = { ["X-Mine"] = "1", accept = "application/x" },
      extra_query = { debug = true },
      extra_body = { beta = 1, deep = { y = 2 } },
      account_id = "acc2",
      app_id = "app2",
    })
    local request = transport:last()
    local path = "/accounts/acc2/realtime/kit/app2/meetings/m1?debug=true"
    assert.equal("https://api.example.com/client/v4" .. path, request.url)
    assert.equal(5, request.timeout)
    assert.equal("1", header(request, "x-mine"))
    assert.equal("application/x", header(request, "accept"))
    assert.same({ title = "a", beta = 1, deep = { x = 1, y = 2 } }, (core.decode(request.body)))
  end)

  it("sends empty tables in extra_body as arrays, too", function()
    local client, transport = clients.fake({ ok })
    client.webhooks:update("w1", {}, { extra_body = { events = {} } })
    assert.equal('{"events":[]}', transport:last().body)
  end)

  it("treats an empty body as none when the operation takes none", function()
    local client, transport = clients.fake({ ok })
    client.active_session:kick_all("m1", {}, { timeout = 3 })
    assert.is_nil(transport:last().body)
    assert.equal(3, transport:last().timeout)
    client.recordings:stop("r1", {}, { timeout = 4 })
    assert.equal('{"action":"stop"}', transport:last().body)
    assert.equal(4, transport:last().timeout)
  end)

  it("does not change the caller's tables", function()
    local client = clients.fake({ ok })
    local body, options = { deep = {} }, { extra_body = { deep = { y = 2 } }, timeout = 5 }
    client.meetings:create(body, options)
    assert.same({ deep = {} }, body)
    assert.same({ extra_body = { deep = { y = 2 } }, timeout = 5 }, options)
  end)

  it("returns objects that belong to their app", function()
    local client, transport = clients.fake({ ok })
    local meeting = client.meetings:get("m1", nil, { app_id = "other" })
    meeting:update({ title = "x" })
    assert.truthy(transport:last().url:find("/kit/other/meetings/m1", 1, true))
  end)

  it("uses basic credentials and short paths for the legacy API", function()
    local transport = require("spec.support.clients.fake_transport").new({ ok })
    local client = rtk.new({ basic = { "org", "key" }, transport = transport })
    client.meetings:get("m1")
    local request = transport:last()
    assert.equal("https://api.realtime.cloudflare.com/v2/meetings/m1", request.url)
    assert.equal("Basic b3JnOmtleQ==", header(request, "authorization"))
    assert.truthy(clients
      .misuse_of(function()
        client.apps:list()
      end)
      :find("api_token", 1, true))
  end)

  it("names a missing credential and how to pass it", function()
    local transport = require("spec.support.clients.fake_transport").new({ ok })
    local message = clients.misuse_of(rtk.new, { api_token = "t", transport = transport })
    assert.truthy(message:find("account_id is missing: pass it to rtk.new", 1, true), message)
    assert.truthy(message:find("CLOUDFLARE_ACCOUNT_ID", 1, true), message)
    local client = rtk.new({ api_token = "t", account_id = false, transport = transport })
    local function call(resource)
      return clients.misuse_of(function()
        client[resource]:list()
      end)
    end
    assert.truthy(call("apps"):find("account_id is missing", 1, true))
    assert.truthy(call("apps"):find("CLOUDFLARE_ACCOUNT_ID", 1, true))
    client = rtk.new({ api_token = "t", account_id = "a", transport = transport })
    assert.truthy(call("meetings"):find("app_id is missing", 1, true))
    assert.truthy(call("meetings"):find("REALTIMEKIT_APP_ID", 1, true))
    assert.equal(0, #transport.requests)
  end)

  it("names a body or query that is not a table of fields", function()
    local client, transport = clients.fake({ ok })
    for _, case in ipairs({
      { "create", "x", "body must be a table" },
      { "create", 5, "body must be a table" },
      { "create", { 1, 2 }, "body must be a table of named fields" },
      { "list", "x", "query must be a table" },
      { "list", { "x" }, "query must be a table of named fields" },
      { "list", { page_no = print }, "query.page_no must be" },
      { "create", { title = print }, "body.title" },
      { "create", { recording_config = { max_seconds = 0 / 0 } }, "body.recording_config" },
    }) do
      local message = clients.misuse_of(function()
        client.meetings[case[1]](client.meetings, case[2])
      end)
      assert.truthy(message:find(case[3], 1, true), message)
      assert.truthy(message:find("client_spec.lua", 1, true), message)
    end
    assert.equal(0, #transport.requests)
  end)

  it("raises at the caller's line, also through objects", function()
    local client = clients.fake({ ok })
    local meeting = client.meetings:get("m1")
    local line = debug.getinfo(1, "l").currentline + 2
    local _, message = pcall(function()
      meeting:update(5)
    end)
    assert.truthy(message:find("client_spec.lua:" .. line .. ":", 1, true), message)
  end)

  it("names the nearest method or resource for a misspelt one", function()
    local client = clients.fake({ ok })
    local function of(f)
      return clients.misuse_of(f)
    end
    assert.truthy(of(function()
      client.meetings:creat({})
    end):find('has no method "creat"; did you mean "create"?', 1, true))
    assert.truthy(of(function()
      return client.meeting
    end):find('did you mean "meetings"?', 1, true))
    for _, name in ipairs({ "getMeetingByID", "get_meeting_by_id" }) do
      local message = of(function()
        client.meetings[name](client.meetings, "m1")
      end)
      assert.truthy(message:find('is "get" here', 1, true), message)
    end
  end)

  it("makes clients for other apps, which share everything else", function()
    local client, transport = clients.fake({ ok })
    client:app("app2").meetings:get("m1")
    assert.truthy(transport:last().url:find("/accounts/acc/realtime/kit/app2/meetings/m1", 1, true))
    for _, id in ipairs({ "", "..", 5 }) do
      local message = clients.misuse_of(function()
        client:app(id)
      end)
      assert.matches("client_spec.lua:%d+: app_id must", message)
    end
  end)

  it("prints no secrets", function()
    local client = clients.fake({ ok })
    assert.falsy(tostring(client):find("test-token", 1, true))
    local function search(value, seen)
      if type(value) == "string" then assert.falsy(value:find("test-token", 1, true)) end
      if type(value) ~= "table" or seen[value] then return end
      seen[value] = true
      for key, inner in pairs(value) do
        search(key, seen)
        search(inner, seen)
      end
    end
    search(client, {})
  end)

  describe("request", function()
    it("sends any request below the base URL and returns the whole reply", function()
      local client, transport = clients.fake({ { json = { success = true, result = { x = 1 } } } })
      local reply = client:request({ path = "/user/tokens/verify", query = { a = 1 } })
      assert.equal(1, reply.result.x)
      assert.equal("GET", transport:last().method)
      assert.equal("https://api.example.com/client/v4/user/tokens/verify?a=1", transport:last().url)
      assert.equal(200, rtk.response(reply).status)
      client:request({ method = "DELETE", path = "/x", body = { b = 2 } })
      assert.equal('{"b":2}', transport:last().body)
      client:request({
        method = "POST",
        path = "/x",
        query = { a = 1 },
        extra_query = { c = 3 },
        body = { b = 2 },
        headers = { ["X-A"] = "b" },
        timeout = 3,
      })
      local request = transport:last()
      assert.equal("https://api.example.com/client/v4/x?a=1&c=3", request.url)
      assert.equal('{"b":2}', request.body)
      assert.equal("b", header(request, "x-a"))
      assert.equal(3, request.timeout)
    end)

    it("prefixes a path below the account or the app", function()
      local client, transport = clients.fake({ ok })
      local function url_of(options)
        assert(client:request(options))
        return transport:last().url
      end
      local kit = "https://api.example.com/client/v4/accounts/acc/realtime/kit"
      assert.equal(kit .. "/app/webhooks/all", url_of({ below = "app", path = "/webhooks/all" }))
      assert.equal(
        kit .. "/apps?a=1",
        url_of({ below = "account", path = "/apps", query = { a = 1 } })
      )
      assert.equal(
        "https://api.example.com/client/v4/accounts/a2/realtime/kit/b2/x",
        url_of({ below = "app", path = "/x", account_id = "a2", app_id = "b2" })
      )
      client = client:app("other")
      assert.equal(kit .. "/other/x", url_of({ below = "app", path = "/x" }))
      local legacy = rtk.new({ basic = { "org", "key" }, transport = transport })
      assert(legacy:request({ below = "app", path = "/x" }))
      assert.equal("https://api.realtime.cloudflare.com/v2/x", transport:last().url)
      client = rtk.new({ api_token = "t", account_id = "a", app_id = false, transport = transport })
      local message = clients.misuse_of(client.request, client, { below = "app", path = "/x" })
      assert.truthy(message:find("app_id is missing", 1, true), message)
    end)

    it("returns an empty table for an empty response", function()
      local client = clients.fake({ { status = 204 } })
      assert.same({}, (client:request({ method = "DELETE", path = "/x" })))
    end)

    it("refuses other hosts, other methods and unknown options", function()
      local client, transport = clients.fake({ ok })
      for message, options in pairs({
        ["below the base URL"] = { path = "https://evil.example/x" },
        ["must stay below"] = { path = "//evil.example/x" },
        ["path must be a string"] = {},
        ["method must be"] = { method = "get", path = "/x" },
        ["sends no body"] = { path = "/x", body = {} },
        ['did you mean "body"'] = { path = "/x", bodi = {} },
        ["have no effect"] = { path = "/x", app_id = "a" },
        ['below must be "account" or "app"'] = { path = "/x", below = "kit" },
      }) do
        local got = clients.misuse_of(function()
          client:request(options)
        end)
        assert.truthy(got:find(message, 1, true), got)
      end
      assert.equal(0, #transport.requests)
    end)

    it("fails like other calls", function()
      local client = clients.fake({ { status = 403, json = { errors = { { code = 9109 } } } } })
      local reply, message, err = client:request({ path = "/x" })
      assert.is_nil(reply)
      assert.is_string(message)
      assert.equal("authentication", err.kind)
    end)
  end)

  it("closes with a transport that has no close", function()
    local client, transport = clients.fake({ {} })
    transport.close = false
    client:close()
    assert.matches("is closed", clients.misuse_of(client.meetings.get, client.meetings, "m1"))
  end)

  it("raises on calls after close, also for other apps", function()
    local client = clients.fake({ {} })
    local app = client:_scoped(nil, "other")
    assert.equal(0, client:close())
    assert.equal(0, client:close())
    for _, closed in ipairs({ client, app }) do
      local message = clients.misuse_of(function()
        closed.meetings:get("m1")
      end)
      assert.matches("client_spec.lua:%d+: the client is closed: make another", message)
      message = clients.misuse_of(closed.request, closed, { path = "/x" })
      assert.matches("the client is closed", message)
    end
  end)
end)
