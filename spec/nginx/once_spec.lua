-- SPDX-License-Identifier: MIT
-- rtk.once in a shared dictionary.

local contract = require("spec.support.asserts.once_contract")
local openresty = require("spec.support.servers.openresty")

local ONCE = [[
location = /once {
  content_by_lua_block {
    local title = ngx.unescape_uri(ngx.var.arg_title)
    local try = require("spec.support.asserts.once_contract")[title]
    local ok, message = pcall(try, function(options)
      options.name, options.key = "locks", title:gsub("[^a-z]", "") .. ":"
      return require("rtk").once.shared_dict(options)
    end)
    ngx.print(ok and "ok" or tostring(message))
  }
}
]]

describe("rtk.once.shared_dict", function()
  local nginx

  setup(function()
    nginx = openresty.start({ http = "lua_shared_dict locks 1m;", server = ONCE })
  end)

  teardown(function()
    nginx:remove()
  end)

  for title in pairs(contract) do
    it(title, function()
      local words = title:gsub(" ", "%%20")
      local _, body = nginx:get("/once?title=" .. words)
      assert.equal("ok", body)
    end)
  end

  it("waits for a worker that does not run while it replaces a value", function()
    local result = nginx:run([[
      local once = require("rtk").once.shared_dict { name = "locks", key = "slow:" }
      assert(ngx.shared.locks:add("slow:lock", true, 0.05))
      return once:run("k", function() return "done" end)
    ]])
    assert.equal("done", result)
  end)
end)
