-- SPDX-License-Identifier: MIT
-- Calls in nginx when something fails: the waker, file systems, timers, the upstream.

local openresty = require("spec.support.servers.openresty")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")

local HTTP = [[
init_by_lua_block {
  local app = require "spec.support.programs.nginx_app"
  app.add_client("http", { base_url = "$upstream" })
  app.add_client("other", { base_url = "$upstream" })
}
]]

local SERVER = [[
location = /call {
  content_by_lua_block { ngx.print(require("spec.support.programs.nginx_app").told()) }
}
location = /pending {
  content_by_lua_block { require("spec.support.programs.nginx_app").pending() }
}
location = /break {
  content_by_lua_block { ngx.print(require("spec.support.programs.nginx_app").break_waker()) }
}
]]

-- Removes what wakers need.
local NO_WAKER = [[
init_worker_by_lua_block {
  require("rtk.core").waker = function() return nil, "there is none" end
}
]]

local NO_DIRECTORY = [[
init_worker_by_lua_block {
  local core = require "rtk.core"
  local new = core.waker
  core.waker = function()
    local waker = new()
    local proxy = { listen = function(_, directory)
      if directory then return nil, "Read-only file system" end
      return waker:listen()
    end }
    return setmetatable(proxy, { __index = function(_, name)
      return function(_, ...) return waker[name](waker, ...) end
    end })
  end
}
]]

local NO_TIMER = [[
lua_max_pending_timers 1;
init_worker_by_lua_block { ngx.timer.at(1000, function() end) }
]]

local NO_RUNNING_TIMER = [[
lua_max_running_timers 1;
init_worker_by_lua_block { ngx.timer.at(0, function() ngx.sleep(2.5) end) }
]]

describe("calls in nginx", function()
  local upstream = webserver.around()
  local nginx
  local names = 0

  after_each(function()
    if nginx then nginx:remove() end
    nginx = nil
  end)

  local function start(more)
    local http = HTTP:gsub("$upstream", upstream.http) .. (more or "")
    nginx = openresty.start({ http = http, server = SERVER })
    return nginx:worker()
  end

  -- A name that no other call of these specs uses.
  local function new_name()
    names = names + 1
    return "meeting" .. names
  end

  -- None is answered before all are in flight.
  local function assert_overlap()
    local path = "/call?meet=" .. new_name() .. "&count=50"
    local statuses = nginx:get_all(path .. "&[1-50]")
    assert.equal(50, #statuses)
    for _, status in ipairs(statuses) do
      assert.equal("200", status)
    end
    assert.same({ 200, "GET" }, { nginx:get(path) })
  end

  -- Starts a call; calling the result lets it be answered and returns its outcome.
  local function hold_call()
    local name = new_name()
    local url = ("%s/call?gate=%s"):format(nginx.url, name)
    local pipe = assert(io.popen("curl --silent --max-time 120 " .. shell.quote(url)))
    return function()
      upstream:open(name)
      local text = pipe:read("*a")
      pipe:close()
      return text
    end
  end

  local function wait_for_waker(worker)
    assert.is_true(nginx.wait_for(function()
      return nginx.count(worker, "task") == 2
    end))
  end

  it("overlap without a waker, by polling", function()
    local worker = start(NO_WAKER)
    assert_overlap()
    local answer = hold_call()
    for _ = 1, 10 do
      assert.equal(1, nginx.count(worker, "task"))
    end
    assert.equal("GET", answer())
    assert.is_true(nginx:quit())
  end)

  it("overlap with a waker on loopback where no directory is writable", function()
    local worker = start(NO_DIRECTORY)
    assert_overlap()
    local answer = hold_call()
    wait_for_waker(worker)
    assert.equal("GET", answer())
    assert.is_true(nginx:quit())
  end)

  it("get another waker when theirs is lost", function()
    local worker = start()
    local answer = hold_call()
    wait_for_waker(worker)
    for _ = 1, 2 do
      assert.is_true(nginx.wait_for(function()
        return select(2, nginx:get("/break")) == "1"
      end))
    end
    wait_for_waker(worker)
    assert.equal("GET", answer())
    assert_overlap()
  end)

  it("poll when wakers are lost again and again", function()
    start()
    local answer = hold_call()
    for _ = 1, 5 do
      assert.is_true(nginx.wait_for(function()
        return select(2, nginx:get("/break")) == "1"
      end))
    end
    assert.equal("GET", answer())
    assert_overlap()
  end)

  it("fail unsent when nginx has no timer left", function()
    start(NO_TIMER)
    local _, body = nginx:get("/call")
    assert.matches("^not sent: nginx has no timer for it: too many pending timers", body)
  end)

  it("end although nginx drops the timer that would step them", function()
    start(NO_RUNNING_TIMER)
    assert.same({ 200, "GET" }, { nginx:get("/call?ms=100") })
    assert_overlap()
  end)

  it("time out", function()
    start()
    local kind = nginx:run([[
      local options = { timeout = 0.2, max_retries = 0 }
      return (select(2, require("spec.support.programs.nginx_app").call("http", 600000, options)))
    ]])
    assert.equal("timeout", kind)
    assert.equal("0", select(2, nginx:get("/pending")))
  end)

  it("are cancelled when their client is closed", function()
    start()
    local outcome = nginx:run([[
      local app = require "spec.support.programs.nginx_app"
      local thread = ngx.thread.spawn(function() return app.call("other", 600000) end)
      app.clients.other:close()
      return { select(2, ngx.thread.wait(thread)) }
    ]])
    assert.matches("^the client was closed", outcome[1])
    assert.equal("cancelled", outcome[2])
  end)

  it("do not wait when a transport has the result at once", function()
    start()
    local title = nginx:run([[
      local client = require("rtk.emulator").new({}):client({})
      return assert(client.meetings:create { title = "Here" }).title
    ]])
    assert.equal("Here", title)
  end)
end)
