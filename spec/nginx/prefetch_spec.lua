-- SPDX-License-Identifier: MIT
-- Pages in flight ahead of a loop, in a real nginx.

local openresty = require("spec.support.openresty")
local webserver = require("spec.support.webserver")

local HTTP = [[
init_by_lua_block {
  package.loaded.client = require("rtk").new {
    api_token = "x", account_id = "a", app_id = "b", base_url = "UPSTREAM/pages",
  }
}
]]

local SERVER = [[
location = /walk {
  content_by_lua_block {
    local query, seen, count = { per_page = 100 }, {}, 0
    for meeting in require("client").meetings:each(query, { prefetch = 16 }) do
      assert(not seen[meeting.id])
      seen[meeting.id], count = true, count + 1
      if count == tonumber(ngx.var.arg_limit) then break end
    end
    ngx.print(count)
  }
}
location = /pending {
  content_by_lua_block { ngx.print(require("client")._shared.transport:pending()) }
}
]]

describe("prefetch in nginx", function()
  local upstream, nginx

  setup(function()
    upstream = webserver.start()
    nginx = openresty.start({ http = HTTP:gsub("UPSTREAM", upstream.http), server = SERVER })
  end)

  teardown(function()
    nginx:remove()
    upstream:stop()
  end)

  it("walks all pages once", function()
    assert.equal("10000", select(2, nginx:get("/walk")))
  end)

  it("leaves no request and a client that works when the loop is left", function()
    assert.equal("150", select(2, nginx:get("/walk?limit=150")))
    assert.is_true(nginx.wait_for(function()
      return select(2, nginx:get("/pending")) == "0"
    end))
    assert.equal("10000", select(2, nginx:get("/walk")))
  end)
end)
