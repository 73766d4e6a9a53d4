-- SPDX-License-Identifier: MIT
-- A server may answer before it has read all of a request. A complete reply counts, however the
-- connection ends then; an incomplete one never does.

local call = require("spec.support.clients.call")
local rawserver = require("spec.support.servers.rawserver")
local webserver = require("spec.support.servers.webserver")

local SIZE = 16 * 1024 * 1024
local LARGE = ("x"):rep(1024):rep(SIZE / 1024)
local BODY = '{"id":"x"}'

local COMPLETE = {
  ["with a length"] = "HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\n" .. BODY,
  ["in chunks"] = "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n"
    .. "4\\r\\n"
    .. BODY:sub(1, 4)
    .. "\\r\\n6\\r\\n"
    .. BODY:sub(5)
    .. "\\r\\n0\\r\\n\\r\\n",
  ["without a body"] = "HTTP/1.1 204 No Content\\r\\n\\r\\n",
  ["that is empty"] = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n",
  ["that says no"] = "HTTP/1.1 413 No\\r\\nContent-Length: 10\\r\\n\\r\\n" .. BODY,
  ["after an interim one"] = "HTTP/1.1 100 Continue\\r\\n\\r\\n"
    .. "HTTP/1.1 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\n"
    .. BODY,
}

local INCOMPLETE = {
  ["with a length"] = "HTTP/1.1 200 OK\\r\\nContent-Length: 11\\r\\n\\r\\n" .. BODY,
  ["in chunks"] = "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\na\\r\\n"
    .. BODY
    .. "\\r\\n",
  ["of headers"] = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n",
  ["of an interim reply"] = "HTTP/1.1 100 Continue\\r\\n\\r\\n",
}

describe("a reply before the request was sent", function()
  local web = webserver.around()
  local transport, server

  call.around(function(opened)
    transport = opened
  end, web)

  local serve = rawserver.around()

  -- The server reads no more than the first piece.
  local function post(script, options)
    server = serve(script)
    options = options or {}
    options.method, options.body = "POST", LARGE
    return call.one(transport, server.url .. "/create", options)
  end

  -- The same with ever longer sleeps until the reply has come in that time: a machine may stall for
  -- longer than the first ones.
  local function post_late(script, ending)
    local result
    for _, milliseconds in ipairs({ 200, 3000, 20000 }) do
      script[5], script[6] = milliseconds, ending
      result = post(script)
      server:stop()
      if not result.kind then break end
    end
    return result
  end

  local function assert_complete(result, text)
    local expected = text:match("HTTP/1.1 ([2-4]%d%d)")
    assert.is_nil(result.kind, result.message)
    assert.equal(tonumber(expected), result.status)
    assert.equal(text:find(BODY:sub(1, 4), 1, true) and "x" or nil, (result.value or {}).id)
  end

  for name, text in pairs(COMPLETE) do
    it(name .. " counts while the connection stays open", function()
      assert_complete(post({ "gulp", "send", text, "sleep", 60000 }), text)
    end)

    it(name .. " counts when the connection is closed or reset after a while", function()
      assert_complete(post_late({ "gulp", "send", text, "sleep" }), text)
      assert_complete(post_late({ "gulp", "send", text, "sleep" }, "rst"), text)
    end)

    it(name .. " leaves a connection that is not used again", function()
      server = serve(
        { "gulp", "send", text, "sleep", 60000 },
        { "read", "send", COMPLETE["with a length"] }
      )
      assert_complete(call.one(transport, server.url, { method = "POST", body = LARGE }), text)
      assert.equal(200, call.one(transport, server.url).status)
      assert.same({ "conn 2 request 1 GET / HTTP/1.1" }, server:requests())
    end)
  end

  for name, text in pairs(INCOMPLETE) do
    it("that lacks the end " .. name .. " is a lost connection, maybe executed", function()
      for _, ending in ipairs({ "fin", "rst" }) do
        local script = { "gulp", "send", text, "sleep", 100 }
        if ending == "rst" then script[5] = "rst" end
        local result = post(script)
        assert.equal("connection", result.kind, result.message)
        assert.is_true(result.sent)
        server:stop()
        server = nil
      end
    end)

    it("that lacks the end " .. name .. " is waited for, no longer than the timeout", function()
      local result
      for _, seconds in ipairs({ 0.5, 3, 20 }) do
        result = post({ "gulp", "send", text, "sleep", 60000 }, { timeout = seconds })
        assert.equal("timeout", result.kind, result.message)
        if result.sent then break end
        server:stop()
      end
      assert.is_true(result.sent)
    end)
  end

  it("comes piece by piece", function()
    local text = COMPLETE["in chunks"]
    assert_complete(post({ "gulp", "drip", 1, text, "sleep", 60000 }), text)
  end)

  it("that lacks the last chunk does not count when the connection is closed at once", function()
    local script = { "gulp", "send", INCOMPLETE["in chunks"] }
    for _ = 1, 10 do
      local result = post(script)
      assert.equal("connection", result.kind)
      assert.is_true(result.sent)
      server:stop()
    end
    server = nil
  end)

  it("does not disturb other transfers", function()
    server = serve({ "gulp", "send", COMPLETE["with a length"], "sleep", 60000 })
    local ids = {}
    for index = 1, 5 do
      local options = { method = "POST", body = LARGE:sub(1, SIZE / 4) }
      ids[index] =
        call.submit(transport, index % 2 == 0 and web.http .. "/echo" or server.url, options)
    end
    local results = call.drain(transport)
    for _, id in ipairs(ids) do
      assert.equal(200, results[id].status, results[id].message)
    end
  end)

  it("does not keep a large request from being sent completely", function()
    for _, kind in ipairs({ "http", "https" }) do
      local result = call.one(transport, web[kind] .. "/echo", { method = "POST", body = LARGE })
      assert.equal(200, result.status, result.message)
      assert.equal(SIZE, #result.value.body)
    end
  end)
end)

describe("a reply without complete headers", function()
  local serve = rawserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end)

  for name, text in pairs({
    ["no blank line"] = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n",
    ["half a status line"] = "HTTP/1.1 20",
    ["a status line only"] = "HTTP/1.1 204 No Content\\r\\n",
    ["an interim reply only"] = "HTTP/1.1 103 Early Hints\\r\\nLink: x\\r\\n\\r\\n",
    ["half a final reply after an interim one"] = "HTTP/1.1 100 Continue\\r\\n\\r\\n"
      .. "HTTP/1.1 200 OK\\r\\n",
  }) do
    it("is a lost connection and has no status: " .. name, function()
      for _, method in ipairs({ "GET", "DELETE", "POST" }) do
        local server = serve({ "read", "send", text })
        local result = call.one(transport, server.url, { method = method })
        assert.equal("connection", result.kind, result.message)
        assert.is_true(result.sent)
        assert.is_nil(result.status)
        assert.is_nil(result.headers)
      end
    end)
  end

  it("has no status when the time is over", function()
    local server = serve({ "read", "send", "HTTP/1.1 200 OK\\r\\nX: y\\r\\n", "hold" })
    local result
    for _, seconds in ipairs({ 0.5, 3, 20 }) do
      result = call.one(transport, server.url, { timeout = seconds })
      assert.equal("timeout", result.kind)
      if result.sent then break end
    end
    assert.is_nil(result.status)
    assert.matches("no reply from", result.message)
  end)
end)
