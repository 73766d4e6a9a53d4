-- SPDX-License-Identifier: MIT
-- libcurl sends a request again when a kept-alive connection dies under it. That
-- must not happen, while a connection that had died before must not make a
-- request fail. Servers count what reached them.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local webserver = require("spec.support.servers.webserver")

local REPLY = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"

describe("transport", function()
  local web = webserver.around()
  local transport, server

  call.around(function(opened)
    transport = opened
  end, web)

  local serve = rawserver.around()

  local function post(url, body)
    return call.one(transport, url, { method = "POST", body = body })
  end

  local function executions(pattern)
    local count = 0
    for _, line in ipairs(server:requests()) do
      if line:find(pattern) then count = count + 1 end
    end
    return count
  end

  for _, ending in ipairs({ "fin", "rst" }) do
    for _, body in ipairs({ "", '{"title":"x"}' }) do
      local script = { "read", "send", REPLY, "read" }
      if ending == "rst" then script[#script + 1] = "rst" end
      local title = ("a POST %s when its reused connection ends with a %s"):format(
        body == "" and "without a body" or "with a body",
        ending
      )
      if body == "" then body = nil end

      it("sends once " .. title, function()
        server = serve(script)
        assert.equal(200, call.one(transport, server.url .. "/warm").status)
        local result = post(server.url .. "/create", body)
        assert.equal("connection", result.kind)
        assert.is_true(result.sent)
        assert.matches("^connection to %S+ was lost before a reply came$", result.message)
        assert.equal(1, executions("POST /create"))
      end)
    end

    it("makes a new connection if the idle one ended with a " .. ending, function()
      local first = { "read", "send", REPLY, "await" }
      if ending == "rst" then first[#first + 1] = "rst" end
      server = serve(first, { "read", "send", REPLY, "again" })
      assert.equal(200, call.one(transport, server.url .. "/warm").status)
      server:go()
      process.await_end(server.port)
      local result = post(server.url .. "/create", "x")
      assert.equal(200, result.status, result.message)
      assert.same(
        { "conn 1 request 1 GET /warm HTTP/1.1", "conn 2 request 1 POST /create HTTP/1.1" },
        server:requests()
      )
    end)
  end

  it("does not take what an idle connection says for the reply", function()
    local notice = "HTTP/1.1 408 Request Timeout\\r\\nContent-Length: 0\\r\\n\\r\\n"
    server = serve(
      { "read", "send", REPLY, "await", "send", notice, "hold" },
      { "read", "send", REPLY }
    )
    call.one(transport, server.url)
    server:go()
    process.await_input(server.port)
    assert.equal(200, post(server.url, "x").status)
  end)

  it("sends the next request after such a loss over a new connection", function()
    server = serve({ "read", "send", REPLY, "read" }, { "read", "send", REPLY, "again" })
    call.one(transport, server.url)
    assert.equal("connection", post(server.url, "x").kind)
    assert.equal(200, post(server.url, "x").status)
    assert.equal(200, post(server.url, "x").status)
    assert.equal(4, #server:requests())
  end)

  it("makes a new connection if the idle TLS one was closed", function()
    for _ = 1, 3 do
      local first = post(web.brief .. "/echo", "x")
      process.await_end(web.ports.brief)
      local second = post(web.brief .. "/echo", "x")
      assert.equal(200, second.status, second.message)
      assert.not_equal(first.value.connection, second.value.connection)
      process.await_end(web.ports.brief)
    end
  end)

  for _, kind in ipairs({ "http", "https" }) do
    it("keeps its connection over " .. kind .. " for the next request", function()
      local first = post(web[kind] .. "/echo", ("x"):rep(100000))
      for _ = 1, 5 do
        core.sleep(0.02)
        local next_one = post(web[kind] .. "/echo", ("x"):rep(100000))
        assert.equal(first.value.connection, next_one.value.connection)
      end
    end)

    for _, body in ipairs({ "none", "x" }) do
      it(("sends once over %s to a server that hangs up, body %s"):format(kind, body), function()
        local name = kind .. body
        call.one(transport, web[kind] .. "/echo")
        local result = call.one(transport, web[kind] .. "/die?name=" .. name, {
          method = "POST",
          body = body ~= "none" and body or nil,
        })
        assert.equal("connection", result.kind, result.message)
        assert.is_true(result.sent)
        local count = call.one(transport, web.http .. "/count?name=" .. name).value.count
        assert.equal(1, count)
      end)
    end
  end
end)
