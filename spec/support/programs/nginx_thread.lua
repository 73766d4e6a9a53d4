-- SPDX-License-Identifier: MIT
-- What runs in a thread that ngx.run_worker_thread gives work to, in a Lua state of its own.

local rtk = require("rtk")

--- Makes two calls at once, which are answered when somebody opens their gate.
---@param upstream string
---@return string what was answered
return {
  call_twice = function(upstream)
    local client = assert(rtk.new({
      base_url = upstream,
      api_token = "x",
      account_id = "a",
      app_id = "b",
    }))
    local function call()
      return assert(client:request({ path = "/gate", query = { name = "thread" } })).method
    end
    local results = rtk.gather({ call, call })
    return tostring(results[1][2]) .. tostring(results[2][2])
  end,
}
