-- SPDX-License-Identifier: MIT
-- Calls in nginx outside of its requests: init_worker and the privileged agent; and in stream {}.

local nginx_config = require("spec.support.servers.nginx")
local openresty = require("spec.support.servers.openresty")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")

local HTTP = [[
lua_shared_dict seen 1m;
init_by_lua_block {
  local _, problem = require("ngx.process").enable_privileged_agent(64)
  ngx.shared.seen:set("no agent", problem)
  client = assert(require("rtk").new({
    base_url = "$upstream", api_token = "x", account_id = "a", app_id = "b",
  }))
}
init_worker_by_lua_block {
  local rtk = require("rtk")
  local kind = require("ngx.process").type()
  local function call() return client:request({ path = "/slow", query = { ms = 50 } }) end
  local _, message = call()
  ngx.shared.seen:set(kind .. " at once", message)
  ngx.timer.at(0, function()
    local results = rtk.gather({ call, call })
    ngx.shared.seen:set(kind, results[1][2].method .. results[2][2].method)
  end)
}
]]

local STREAM = [[
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
load_module /usr/lib/nginx/modules/ngx_stream_lua_module.so;
stream {
  lua_package_path "$root/lua/?.lua;$root/lua/?/init.lua;;";
  lua_package_cpath "$root/build/luajit/?.so;;";
  server {
    listen 127.0.0.1:$port;
    content_by_lua_block {
      local client = assert(require("rtk").new({
        base_url = "$upstream", api_token = "x", account_id = "a", app_id = "b",
      }))
      local function call()
        return assert(client:request({ path = "/slow", query = { ms = 50 } })).method
      end
      local results = require("rtk").gather({ call, call })
      ngx.print(results[1][2], results[2][2])
    }
  }
}
]]

describe("nginx", function()
  local upstream = webserver.around()
  local nginx

  after_each(function()
    if nginx then nginx:remove() end
    nginx = nil
  end)

  -- What nginx has seen.
  local function seen(name)
    return nginx:run(("return ngx.shared.seen:get(%q) or false"):format(name))
  end

  local function check(kind)
    assert.equal(
      "GETGET",
      nginx.wait_for(function()
        return seen(kind)
      end)
    )
    local reason = "nginx cannot wait for an answer in the phase init_worker"
    assert.matches(reason, seen(kind .. " at once"), 1, true)
  end

  it(
    "makes calls in a timer of init_worker, and says that it cannot in that phase itself",
    function()
      nginx = openresty.start({ http = (HTTP:gsub("$upstream", upstream.http)) })
      check("worker")
    end
  )

  it("makes calls in a timer of the privileged agent", function()
    nginx = openresty.start({ http = (HTTP:gsub("$upstream", upstream.http)) })
    local problem = seen("no agent")
    if problem then return pending("nginx has no privileged agent here: " .. problem) end
    check("privileged agent")
  end)

  it("makes calls in a thread of run_worker_thread, which block that thread alone", function()
    nginx = openresty.start({ main = "thread_pool calls threads=2;" })
    -- The calls are answered once this thread has gone on, and asks for that.
    local run = [[
      local client = assert(require("rtk").new({
        base_url = "$upstream", api_token = "x", account_id = "a", app_id = "b",
      }))
      local gone_on, is_over = 0, false
      ngx.thread.spawn(function()
        while not is_over do
          gone_on = gone_on + 1
          if gone_on == 3 then client:request({ path = "/open", query = { name = "thread" } }) end
          ngx.sleep(0.005)
        end
      end)
      local name = "spec.support.programs.nginx_thread"
      local ok, text = ngx.run_worker_thread("calls", name, "call_twice", "$upstream")
      is_over = true
      return { ok, text, gone_on > 2 }
    ]]
    assert.same({ true, "GETGET", true }, nginx:run((run:gsub("$upstream", upstream.http))))
  end)

  it("makes calls in stream {}", function()
    local _, status = shell.run("ls /usr/lib/nginx/modules/ngx_stream_lua_module.so")
    if status ~= 0 then
      return pending("nginx has no module of stream Lua here: stream {} is not tried")
    end
    local port = process.free_ports(1)[1]
    local values = { root = shell.check("pwd"), port = port, upstream = upstream.http }
    nginx = openresty.start({ main = nginx_config.fill(STREAM, values) })
    local socket = assert(require("socket").connect("127.0.0.1", port))
    assert.equal("GETGET", socket:receive("*a"))
    socket:close()
  end)
end)
