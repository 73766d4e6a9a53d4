-- SPDX-License-Identifier: MIT
-- Downloads: links come from outside, so nothing of rtk goes to them, they lead to public addresses
-- only, and no message or event repeats them.

local confidential = require("spec.support.asserts.confidential")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")

local CONTENT = "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok"
local REFUSAL = "HTTP/1.1 403 Forbidden\\r\\nContent-Length: 60\\r\\n\\r\\n"
  .. "<Code>Denied</Code><Signature>s3cr3t-signature</Signature>     "

describe("a download", function()
  local serve = rawserver.around()
  local events, client

  before_each(function()
    events = {}
    client = rtk.new({
      api_token = "s3cr3t-token",
      account_id = "a",
      headers = { ["X-Internal"] = "s3cr3t-header" },
      proxy = "",
      max_retries = 0,
      on_event = function(event)
        table.insert(events, event)
      end,
    })
  end)

  after_each(function()
    client:close()
  end)

  local function ignore() end

  local function assert_keeps_secrets(values)
    confidential.check({ s3cr3t = "secret" }, confidential.dump(values), "a failed download")
  end

  it("sends no credentials and none of the client's headers", function()
    local server = serve({ "read", "send", CONTENT })
    assert(client:download(server.url .. "/file", ignore, { allow_private = true }))
    local request = server:received()
    assert.truthy(request:find("^GET /file HTTP/1.1\r\n"))
    assert.is_nil(request:find("s3cr3t", 1, true))
    assert.is_nil(request:lower():find("authorization", 1, true))
    assert.truthy(request:find("Accept-Encoding: identity", 1, true))
  end)

  it("goes to no address of this machine or network, however it is written", function()
    local server = serve({ "read", "send", CONTENT })
    local port = server.url:match(":(%d+)$")
    for _, host in ipairs({ "127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]" }) do
      local result, _, err = client:download("https://" .. host .. ":" .. port .. "/", ignore)
      assert.is_nil(result)
      assert.equal("private_address", err.reason, err.message)
      assert.equal("allow_private = true lets a download go there", err.hint)
      assert.equal(1, err.attempts)
    end
    assert.same({}, server:requests())
  end)

  it("is not led there by a redirect, nor away from https", function()
    local inner = serve({ "read", "send", CONTENT })
    local local_client = rtk.new({
      api_token = "s3cr3t-token",
      account_id = "a",
      base_url = "http://127.0.0.1:1/client/v4",
      max_retries = 0,
    })
    for location, reason in pairs({
      ["https://10.1.2.3/"] = "private_address",
      ["https://169.254.169.254/latest/meta-data"] = "private_address",
      ["https://[fd00::1]/"] = "private_address",
    }) do
      local server = serve({
        "read",
        "send",
        "HTTP/1.1 302 Found\\r\\nLocation: " .. location .. "\\r\\nContent-Length: 0\\r\\n\\r\\n",
      })
      -- The client's own API is on this machine, so this machine may be downloaded from.
      local _, _, err = local_client:download(server.url, ignore)
      assert.equal(reason, err.reason, err.message)
    end
    local_client:close()
    assert.same({}, inner:requests())
    local err = select(3, client:download("http://files.example/", ignore))
    assert.equal("insecure", err.reason)
  end)

  it("does not repeat the link, nor the answer, in messages and events", function()
    local server = serve({ "read", "send", REFUSAL }, { "read", "rst" })
    for _ = 1, 2 do
      local link = server.url .. "/s3cr3t-path?X-Amz-Signature=s3cr3t-query"
      local _, message, err = client:download(link, ignore, { allow_private = true })
      assert_keeps_secrets({ message, err, events, tostring(err) })
      assert.truthy(message:find(server.url, 1, true), message)
    end
    local link = "https://user:s3cr3t@files.example/s3cr3t"
    local _, message, err = client:download(link, ignore)
    assert_keeps_secrets({ message, err, events })
  end)
end)
