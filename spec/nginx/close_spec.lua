-- SPDX-License-Identifier: MIT
-- client:close{ drain } in nginx: the calls of other requests finish first.

local openresty = require("spec.support.servers.openresty")
local webserver = require("spec.support.servers.webserver")

local HTTP = [[
init_by_lua_block {
  app = require("spec.support.programs.nginx_app")
  app.add_client("http", { base_url = "$upstream" })
}
]]

describe("client:close in nginx", function()
  local upstream = webserver.around()
  local nginx

  before_each(function()
    nginx = openresty.start({ http = (HTTP:gsub("$upstream", upstream.http)) })
  end)

  after_each(function()
    nginx:remove()
  end)

  it("lets the calls of light threads finish, and refuses new ones", function()
    local result = nginx:run([[
      local app = require("spec.support.programs.nginx_app")
      local client = app.clients.http
      local outcomes = {}
      local function call() table.insert(outcomes, (app.call("http", 150))) end
      local threads = { ngx.thread.spawn(call), ngx.thread.spawn(call) }
      local count = client:in_flight()
      local left = client:close { drain = 60 }
      for _, thread in ipairs(threads) do ngx.thread.wait(thread) end
      local ok, message = pcall(app.call)
      return { count, left, outcomes[1], outcomes[2], ok, message:match("the client is closed") }
    ]])
    assert.same({ 2, 0, "GET", "GET", false, "the client is closed" }, result)
  end)

  it("cancels what is still in flight after the drain", function()
    local result = nginx:run([[
      local app = require("spec.support.programs.nginx_app")
      local kind
      local thread = ngx.thread.spawn(function() kind = select(2, app.call("http", 600000)) end)
      local left = app.clients.http:close { drain = 0.05 }
      ngx.thread.wait(thread)
      return { left, kind }
    ]])
    assert.same({ 1, "cancelled" }, result)
  end)
end)
