-- SPDX-License-Identifier: MIT
-- What a list that fails says in a real nginx, to the program and in the log.

local openresty = require("spec.support.servers.openresty")

local SERVER = [[
location /api/ {
  content_by_lua_block {
    local core = require("rtk.core")
    if ngx.var.arg_page_no then
      ngx.status = 403
      return ngx.print(core.encode({ success = false, error = { message = "no entry" } }))
    end
    ngx.print(core.encode({ data = { { id = "a" } }, paging = { total_count = 9 } }))
  }
}
location = /uncaught {
  content_by_lua_block {
    local client = new_client()
    for _ in client.meetings:each() do ngx.ctx.count = (ngx.ctx.count or 0) + 1 end
  }
}
location = /caught {
  content_by_lua_block {
    local list = new_client().meetings:each()
    local ok, message = pcall(function()
      for _ in list do ngx.ctx.count = (ngx.ctx.count or 0) + 1 end
    end)
    ngx.print(tostring(ok), " ", list.err.kind, " ", list.err.page_no, " ", "said: " .. message)
  }
}
location = /array {
  content_by_lua_block {
    for _ in ipairs(new_client().meetings:each()) do ngx.print("reached") end
  }
}
]]

local HTTP = [[
init_by_lua_block {
  function new_client()
    return require("rtk").new {
      api_token = "x", account_id = "a", app_id = "b",
      base_url = "http://127.0.0.1:" .. ngx.var.server_port .. "/api",
    }
  end
}
]]

describe("a list that fails in nginx", function()
  local nginx

  setup(function()
    nginx = openresty.start({ http = HTTP, server = SERVER })
  end)

  teardown(function()
    nginx:remove()
  end)

  it("is in the log with its message", function()
    assert.equal(500, (nginx:get("/uncaught")))
    local log = nginx:log()
    assert.truthy(log:find("page 2: no entry (HTTP 403, GET /meetings", 1, true), log)
    assert.falsy(log:find("unknown reason", 1, true), log)
  end)

  it("has its error in the iterator", function()
    local status, body = nginx:get("/caught")
    assert.equal(200, status)
    assert.matches("^false permission 2 said: .*page 2: no entry", body)
  end)

  it("is no array, which the log says", function()
    assert.equal(500, (nginx:get("/array")))
    local log = nginx:log()
    assert.truthy(log:find("table expected, got userdata", 1, true), log)
  end)
end)
