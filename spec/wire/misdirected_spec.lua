-- SPDX-License-Identifier: MIT
-- Answers that say that the request was not processed, over real connections: 421 asks for another
-- connection, 425 for a later attempt. Creations are repeated too.

local no_sleep_runtime = require("spec.support.clients.no_sleep_runtime")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")

local MADE = "HTTP/1.1 200 OK\\r\\nContent-Length: 19\\r\\n\\r\\n" .. '{"data":{"id":"m"}}'

local function refusal(status)
  return "HTTP/1.1 " .. status .. " X\\r\\nContent-Length: 0\\r\\n\\r\\n"
end

describe("a create that is answered with", function()
  local server, client

  local function start(...)
    server = rawserver.start(...)
    client = rtk.new({
      api_token = "t",
      account_id = "a",
      app_id = "b",
      base_url = server.url,
      proxy = "",
      runtime = no_sleep_runtime,
    })
  end

  after_each(function()
    client:close()
    server:stop()
  end)

  local function connections()
    local numbers = {}
    for index, line in ipairs(server:requests()) do
      numbers[index] = line:match("^conn (%d+) ")
    end
    return numbers
  end

  it("421 is sent again over a new connection, and so is what follows it", function()
    start({ "read", "send", refusal(421), "again" }, { "read", "send", refusal(429), "again" }, {
      "read",
      "send",
      MADE,
      "again",
    })
    local meeting = assert(client.meetings:create({ title = "T" }))
    assert.equal(3, rtk.response(meeting).attempts)
    assert.same({ "1", "2", "3" }, connections())
  end)

  it("425 is sent again", function()
    start({ "read", "send", refusal(425), "read", "send", MADE })
    assert.equal("m", assert(client.meetings:create({ title = "T" })).id)
    assert.same({ "1", "1" }, connections())
  end)

  it("421 again and again was certainly not executed", function()
    start(
      { "read", "send", refusal(421), "again" },
      { "read", "send", refusal(421), "again" },
      { "read", "send", refusal(421), "again" }
    )
    local meeting, _, err = client.meetings:create({ title = "T" })
    assert.is_nil(meeting)
    assert.equal("server", err.kind)
    assert.equal(421, err.status)
    assert.equal(3, err.attempts)
    assert.is_false(err.maybe_executed)
  end)
end)
