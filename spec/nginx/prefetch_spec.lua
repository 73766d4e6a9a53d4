-- SPDX-License-Identifier: MIT
-- Pages prefetched by an iterator in a real nginx.

local openresty = require("spec.support.servers.openresty")
local webserver = require("spec.support.servers.webserver")

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
location /capped/ {
  content_by_lua_block {
    -- 250 items, at most 25 per page with one of them filtered out, and no total count.
    local core = require("rtk.core")
    local last = (tonumber(ngx.var.arg_page_no) or 1) * 25
    if last > 250 then
      ngx.status = 404
      return ngx.print(core.encode({ success = false, error = { code = 404, message = "none" } }))
    end
    local items = {}
    for number = last - 24, last - 1 do items[#items + 1] = { id = "m" .. number } end
    ngx.print(core.encode({ success = true, data = items }))
  }
}
location = /walk-capped {
  content_by_lua_block {
    local client = require("rtk").new {
      api_token = "x", account_id = "a", app_id = "b",
      base_url = "http://127.0.0.1:" .. ngx.var.server_port .. "/capped",
    }
    local options, count = { prefetch = tonumber(ngx.var.arg_prefetch) }, 0
    for _ in client.meetings:each({ per_page = 100 }, options) do count = count + 1 end
    ngx.print(count)
    client:close()
  }
}
location = /pending {
  content_by_lua_block { ngx.print(require("client")._channel.transport:pending()) }
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

  it("loses nothing where pages are shorter than asked for and end with a 404", function()
    for _, count in ipairs({ 0, 1, 4, 30 }) do
      assert.equal("240", select(2, nginx:get("/walk-capped?prefetch=" .. count)))
    end
  end)

  it("leaves no request behind when the loop is left, and the client still works", function()
    assert.equal("150", select(2, nginx:get("/walk?limit=150")))
    assert.is_true(nginx.wait_for(function()
      return select(2, nginx:get("/pending")) == "0"
    end))
    assert.equal("10000", select(2, nginx:get("/walk")))
  end)
end)
