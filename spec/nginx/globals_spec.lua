-- SPDX-License-Identifier: MIT
-- An nginx whose requests have globals of their own, which inherit: nginx does that with a LuaJIT
-- that is not OpenResty's. Here the request does it, whichever LuaJIT there is.

local openresty = require("spec.support.servers.openresty")
local webserver = require("spec.support.servers.webserver")

local REQUEST = [[
local own = setmetatable({ mine = true }, { __index = _G })
setfenv(0, own)
setfenv(1, own)
local rtk = require("rtk")
local client = assert(rtk.new({
  base_url = "$upstream", api_token = "x", account_id = "a", app_id = "b",
  rate_limit = rtk.rate_limit.memory({}),
}))
local function call()
  return assert(client:request({ path = "/slow", query = { ms = 50 } })).method
end
local results = rtk.gather({ call, call })
rtk.rate_limit.redis({ port = 1 }):admit({})
return {
  results[1][2],
  results[2][2],
  package.loaded["rtk.redis.cosocket"] and "cosocket",
  package.loaded["rtk.redis.luasocket"] and "luasocket" or "no luasocket",
}
]]

describe("a request with globals of its own", function()
  local upstream, nginx

  setup(function()
    upstream = webserver.start()
    nginx = openresty.start({})
  end)

  teardown(function()
    nginx:remove()
    upstream:stop()
  end)

  it("loads rtk, gathers and limits as any other", function()
    local expected = { "GET", "GET", "cosocket", "no luasocket" }
    assert.same(expected, nginx:run((REQUEST:gsub("$upstream", upstream.http))))
  end)
end)
