-- SPDX-License-Identifier: MIT
-- A server may refuse an HTTP/2 stream without looking at the request. libcurl would repeat it
-- unseen, and does not tell a refusal from a lost connection when it reused one: so nothing is
-- repeated unseen, and what creates something may have been executed.

local http2_server = require("spec.support.http2_server")
local rtk = require("rtk")

describe("a refused HTTP/2 stream", function()
  local server, client

  setup(function()
    server = http2_server.start()
  end)

  teardown(function()
    server:stop()
  end)

  -- A client whose requests all begin with this path.
  local function connect(prefix)
    client = assert(rtk.new({
      api_token = "token",
      account_id = "account",
      app_id = "app",
      base_url = server.url .. prefix,
      ca_file = server.ca_file,
      connect_timeout = 60,
      max_retries = 2,
    }))
  end

  after_each(function()
    client:close()
    server:clear()
  end)

  for _, connection in ipairs({ "new", "reused" }) do
    local function begin()
      connect("/refuse/2/" .. connection)
      if connection == "reused" then client:request({ method = "GET", path = "/warm" }) end
      server:clear()
    end

    it("is not repeated when it would create, over a connection that is " .. connection, function()
      begin()
      local meeting, _, err = client.meetings:create({ title = "x" })
      assert.is_nil(meeting)
      assert.equal("connection", err.kind)
      assert.is_true(err.maybe_executed)
      assert.equal(1, err.attempts)
      assert.equal(1, #server:streams())
    end)

    it("is repeated in sight otherwise, over a connection that is " .. connection, function()
      begin()
      local meeting = assert(client.meetings:get("1"))
      assert.equal(3, rtk.response(meeting).attempts)
      assert.equal(3, #server:streams())
    end)
  end
end)
