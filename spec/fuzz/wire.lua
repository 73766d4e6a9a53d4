-- SPDX-License-Identifier: MIT
-- Fuzz target: raw bytes as the reply to a call over a socket, through libcurl and the whole
-- client. The first byte chooses the call. The server always ends the connection, so no call may
-- take until the timeout.

local answer = ...

local core = require("rtk.core")
local assert_call = require("spec.support.asserts.assert_call")
local rtk = require("rtk")

local calls = {
  function(client)
    return client.meetings:get("m1")
  end,
  function(client)
    return client.meetings:create({ title = "T" })
  end,
  function(client)
    return client.presets:delete("p1")
  end,
  function(client)
    return client:request({ method = "HEAD", path = "/x" })
  end,
}

return function(input)
  local port = answer(input:sub(2))
  local transport = assert(core.transport({ proxy = "" }))
  local client = rtk.new({
    api_token = "test-token",
    account_id = "acc",
    app_id = "app",
    base_url = "http://127.0.0.1:" .. port,
    transport = transport,
    max_retries = 0,
    max_response_bytes = 2 ^ 20,
    timeout = 60,
  })
  local call = calls[(input:byte() or 0) % #calls + 1]
  local value, _, err = assert_call.check(call(client))
  client:close()
  assert(value or err.kind ~= "timeout", "it took until the timeout")
end
