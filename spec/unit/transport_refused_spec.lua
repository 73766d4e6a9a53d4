-- SPDX-License-Identifier: MIT
-- A server may refuse an HTTP/2 stream, or leave, without looking at a request: then even what
-- creates something can be sent again. libcurl is not to do that unseen.

local http2_server = require("spec.support.http2_server")
local rtk = require("rtk")

describe("a request that an HTTP/2 server did not look at", function()
  local server, client

  setup(function()
    server = http2_server.start()
  end)

  teardown(function()
    server:stop()
  end)

  after_each(function()
    client:close()
  end)

  -- All requests of the client begin with this path, but for one that makes the connection.
  local function connect(prefix, is_reused)
    client = rtk.new({
      api_token = "token",
      account_id = "account",
      app_id = "app",
      base_url = server.url .. prefix,
      ca_file = server.ca_file,
      connect_timeout = 60,
      max_retries = 2,
    })
    if is_reused then client:request({ method = "GET", path = "/warm" }) end
    server:clear()
  end

  for name, prefix in pairs({
    ["was refused over a new connection"] = "/refuse/%d/new",
    ["was refused over a reused connection"] = "/refuse/%d/reused",
    ["came when the server was leaving"] = "/leave/%d/reused",
  }) do
    local is_reused = prefix:find("reused") ~= nil

    it("is sent again when it " .. name, function()
      connect(prefix:format(1), is_reused)
      local meeting = assert(client.meetings:create({ title = "x" }))
      assert.equal(2, rtk.response(meeting).attempts)
      assert.equal(2, #server:streams())
      assert.equal(2, rtk.response(assert(client.meetings:get("1"))).attempts)
    end)
  end

  it("certainly was not executed", function()
    connect("/refuse/9")
    local meeting, message, err = client.meetings:create({ title = "x" })
    assert.is_nil(meeting)
    assert.matches("^127.0.0.1:%d+ refused the request without looking at it ", message)
    assert.equal("connection", err.kind)
    assert.is_false(err.maybe_executed)
    assert.equal(3, err.attempts)
    assert.equal(3, #server:streams())
  end)
end)
