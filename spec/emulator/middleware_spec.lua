-- SPDX-License-Identifier: MIT
-- The names of requests in the journal, and the number of times that a request is routed.
local emulator = require("rtk.emulator")

local ID = "11111111-2222-4333-8444-555555555555"

describe("rtk.emulator.middleware", function()
  local emu = emulator.new()
  local app = "/client/v4/accounts/a/realtime/kit/" .. emu.app_id

  local function name(method, path)
    emu:handle({ method = method, path = path, headers = { authorization = "Bearer x" } })
    local journal = emu:journal()
    return journal[#journal].operation
  end

  it("names requests as the API reference does, on both surfaces", function()
    local one = "GET /meetings/{meeting_id}"
    assert.equal(one, name("GET", app .. "/meetings/" .. ID))
    assert.equal(one, name("GET", "/v2/meetings/" .. ID))
    assert.equal("POST /apps", name("POST", "/client/v4/accounts/a/realtime/kit/apps"))
  end)

  it("names downloads alike, and other requests by their path", function()
    assert.equal("GET /download", name("GET", "/download/a/b/chat/c.csv"))
    assert.equal("GET /client/v4/zones", name("GET", "/client/v4/zones"))
  end)

  it("routes each request once", function()
    local routes, count = emu.routers.app, 0
    emu.routers.app = {
      find = function(_, ...)
        count = count + 1
        return routes:find(...)
      end,
    }
    name("GET", app .. "/meetings")
    emu.routers.app = routes
    assert.equal(1, count)
  end)

  local function ask(method, path, headers, remote)
    headers = headers or {}
    headers.authorization = "Bearer x"
    return emu:handle({ method = method, path = path, headers = headers, remote = remote })
  end

  local function paths_of(surface, prefix)
    local paths = {}
    for _, route in ipairs(emu.routers[surface].routes) do
      if route[1] == "GET" then paths[#paths + 1] = prefix .. route[2]:gsub("{.-}", ID) end
    end
    return paths
  end

  it("answers HEAD as it answers GET, without the body, for every operation", function()
    local count = 0
    for surface, prefix in pairs({
      account = "/client/v4/accounts/a/realtime/kit",
      app = app,
      gateway = "/client/v4",
      legacy = "/v2",
      public = "",
    }) do
      for _, path in ipairs(paths_of(surface, prefix)) do
        local get, head = ask("GET", path), ask("HEAD", path)
        assert.equal(get.status, head.status, path)
        assert.equal("", head.body)
        assert.equal(("%d"):format(#get.body), head.headers["content-length"], path)
        assert.equal(get.headers["content-type"], head.headers["content-type"])
        count = count + 1
      end
    end
    assert.is_true(count > 60, count .. " operations")
    assert.equal(404, ask("HEAD", "/client/v4/zones").status)
    local listed = ask("GET", "/_emulator/").body
    local head = ask("HEAD", "/_emulator/")
    assert.same({ 200, "" }, { head.status, head.body })
    assert.equal(#listed, tonumber(head.headers["content-length"]))
  end)

  it("writes HEAD down as such, and counts it as the operation that it reads", function()
    ask("HEAD", app .. "/meetings")
    local journal = emu:journal()
    local entry = journal[#journal]
    assert.same(
      { "HEAD", "GET /meetings", "" },
      { entry.method, entry.operation, entry.response_body }
    )
    emu:fault({ operation = "GET /meetings", kind = "status", status = 500 })
    assert.equal(500, ask("HEAD", app .. "/meetings").status)
    assert.equal(200, ask("HEAD", app .. "/meetings").status)
  end)

  it("answers OPTIONS with the methods of a path, and writes it down nowhere", function()
    local before = #emu:journal()
    for path, methods in pairs({
      [app .. "/meetings"] = "GET, HEAD, POST",
      [app .. "/meetings/" .. ID] = "GET, HEAD, PUT, PATCH",
      ["/v2/meetings"] = "GET, HEAD, POST",
      ["/client/v4/user/tokens/verify"] = "GET, HEAD",
      ["/_emulator/"] = "GET, HEAD",
      ["/_emulator/snapshot"] = "GET, HEAD, POST, PUT",
      ["/_emulator/advance"] = "POST",
      ["/download/a/b/chat/c.csv"] = "GET, HEAD",
    }) do
      local answer = ask("OPTIONS", path)
      assert.same({ 204, "" }, { answer.status, answer.body })
      assert.equal(methods, answer.headers.allow, path)
    end
    assert.equal(before, #emu:journal())
    assert.equal(404, ask("OPTIONS", "/client/v4/zones").status)
  end)

  describe("for pages", function()
    local HOST = "127.0.0.1:8787"

    local function preflight(origin)
      return ask("OPTIONS", app .. "/meetings", {
        host = HOST,
        origin = origin,
        ["access-control-request-method"] = "POST",
        ["access-control-request-headers"] = "authorization, content-type",
      }, "127.0.0.1")
    end

    before_each(function()
      emu = emulator.new({ hosts = { "app.test:3000" } })
    end)

    it("lets those of its own origin and of listed hosts send and read, by name", function()
      for _, origin in ipairs({ "http://127.0.0.1:8787", "http://app.test:3000" }) do
        local answer = preflight(origin)
        assert.equal(204, answer.status)
        assert.equal(origin, answer.headers["access-control-allow-origin"])
        assert.equal("GET, HEAD, POST", answer.headers["access-control-allow-methods"])
        local allowed = answer.headers["access-control-allow-headers"]
        assert.equal("authorization, content-type", allowed)
        local headers = { host = HOST, origin = origin }
        local read = ask("GET", app .. "/meetings", headers, "127.0.0.1")
        assert.equal(200, read.status)
        assert.equal(origin, read.headers["access-control-allow-origin"])
        assert.equal("Origin", read.headers.vary)
      end
    end)

    it("gives no other page a header that lets it, nor all of them one", function()
      for _, origin in ipairs({ "http://evil.example", "null", "http://127.0.0.1:3000" }) do
        local answer = preflight(origin)
        assert.equal(403, answer.status)
        for header in pairs(answer.headers) do
          assert.is_nil(header:find("access-control", 1, true))
        end
      end
      local answer = ask("GET", app .. "/meetings", { host = HOST }, "127.0.0.1")
      assert.is_nil(answer.headers["access-control-allow-origin"])
      assert.equal("Origin", answer.headers.vary)
    end)
  end)
end)
