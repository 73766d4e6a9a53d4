-- SPDX-License-Identifier: MIT
-- Calls in nginx while workers come and go: reload, graceful and fast exit, several workers,
-- another user, and a Lua VM for each request.

local core = require("rtk.core")
local openresty = require("spec.support.servers.openresty")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")
local workdir = require("spec.support.servers.workdir")

local SIGQUIT = 3

local HTTP = [[
lua_check_client_abort on;
init_by_lua_block {
  require("spec.support.programs.nginx_app").add_client("http", { base_url = "$upstream" })
}
]]

local SERVER = [[
location = /call {
  content_by_lua_block { ngx.say(require("spec.support.programs.nginx_app").told()) }
}
location = /pid_after_call {
  content_by_lua_block {
    local outcome = require("spec.support.programs.nginx_app").call("http", 50)
    ngx.say(outcome == "GET" and ngx.worker.pid() or outcome)
  }
}
location = /leave_in_timer {
  content_by_lua_block {
    ngx.timer.at(0, function() require("spec.support.programs.nginx_app").call("http", 600000) end)
    ngx.print("left")
  }
}
location = /pending {
  content_by_lua_block { require("spec.support.programs.nginx_app").pending() }
}
]]

describe("nginx with calls", function()
  local upstream = webserver.around()
  local nginx, others

  after_each(function()
    if nginx then nginx:remove() end
    nginx = nil
  end)

  -- The directories of wakers, of this nginx and of other programs.
  local function directories()
    local found = {}
    for name in shell.run("ls -d /dev/shm/rtk-?????? /tmp/rtk-??????"):gmatch("/%S+/rtk%-%w+") do
      found[name] = true
    end
    return found
  end

  local function start(main, more)
    others = directories()
    local http = HTTP:gsub("$upstream", upstream.http) .. (more or "")
    nginx = openresty.start({ main = main, http = http, server = SERVER })
  end

  -- Gets a path in the background; the response is a line. The result waits for all lines.
  local function begin(path, count)
    local directory = workdir.new()
    local file = directory .. "/answers"
    local one = "curl --silent --max-time 120 --header 'Connection: close' %s"
    local command = one:format(shell.quote(nginx.url .. path))
    local pipe = assert(
      io.popen(
        ("seq %d | xargs -P %d -I{} %s >%s"):format(count, math.min(count, 40), command, file)
      )
    )
    return function()
      pipe:close()
      local lines = {}
      for line in workdir.read(file):gmatch("[^\n]+") do
        lines[#lines + 1] = line
      end
      workdir.remove(directory)
      return lines
    end
  end

  local function wait_until_pending(count)
    assert.is_true(nginx.wait_for(function()
      local _, body = nginx:get("/pending")
      return body == tostring(count)
    end))
  end

  local function assert_no_directories()
    assert.is_true(nginx.wait_for(function()
      for name in pairs(directories()) do
        if not others[name] then return false end
      end
      return true
    end))
  end

  it("loses no call in reloads and leaves no socket behind", function()
    start()
    local first = nginx:worker()
    local answers = begin("/call?ms=200", 300)
    for _ = 1, 5 do
      shell.check("sleep 0.3")
      nginx:reload()
    end
    local lines = answers()
    assert.equal(300, #lines)
    for _, line in ipairs(lines) do
      assert.equal("GET", line)
    end
    assert.is_true(nginx.wait_for(function()
      local workers = nginx:workers()
      return #workers == 1 and workers[1] ~= first
    end))
    assert_no_directories()
    assert.not_matches("exited on signal", nginx:log())
  end)

  it("finishes a long call in the old worker after a reload", function()
    start()
    local old = nginx:worker()
    local answers = begin("/call?gate=reload", 1)
    wait_until_pending(1)
    nginx:reload()
    assert.is_true(nginx.wait_for(function()
      return #nginx:workers() == 2
    end))
    upstream:open("reload")
    assert.same({ "GET" }, answers())
    assert.is_true(nginx.wait_for(function()
      local workers = nginx:workers()
      return #workers == 1 and workers[1] ~= old
    end))
  end)

  it("waits for the calls in flight on QUIT", function()
    start()
    local answers = begin("/call?gate=quit", 5)
    wait_until_pending(5)
    process.kill(nginx.pid, SIGQUIT)
    assert.is_true(nginx.wait_for(function()
      return nginx:log():find("gracefully shutting down", 1, true) ~= nil
    end))
    upstream:open("quit")
    assert.is_true(nginx:quit())
    assert.same({ "GET", "GET", "GET", "GET", "GET" }, answers())
    assert_no_directories()
  end)

  it("exits at once on TERM, and on QUIT when it is idle", function()
    start()
    local answers = begin("/call?ms=600000", 5)
    wait_until_pending(5)
    assert.is_true(nginx:stop())
    assert.same({}, answers())
    assert.not_matches("exited on signal", nginx:log())
    nginx:remove()
    start()
    nginx:get("/call?ms=1")
    assert.is_true(nginx:quit())
    assert_no_directories()
  end)

  it("cancels the call of a client that went away, and then exits", function()
    start()
    nginx:get("/call?ms=600000", "--max-time 0.3")
    wait_until_pending(0)
    nginx:get("/call?ms=600000", "--max-time 0.3")
    assert.is_true(nginx:quit())
  end)

  it("cancels calls at worker_shutdown_timeout", function()
    start("worker_shutdown_timeout 1s;")
    nginx:get("/leave_in_timer")
    wait_until_pending(1)
    assert.is_true(nginx:quit())
  end)

  it("keeps neither threads nor descriptors of Lua VMs that served one request", function()
    start(nil, "lua_code_cache off;")
    local worker = nginx:worker()
    nginx:get("/call?ms=1")
    local function settled()
      return nginx.wait_for(function()
        return nginx.count(worker, "task") == 1 and nginx.count(worker, "fd")
      end)
    end
    local before = settled()
    for _ = 1, 5 do
      for _, status in ipairs(nginx:get_all("/call?ms=20&[1-40]")) do
        assert.equal("200", status)
      end
    end
    assert.is_true(nginx.wait_for(function()
      return nginx.count(worker, "task") == 1 and nginx.count(worker, "fd") <= before
    end))
    assert_no_directories()
  end)

  it("makes calls in each of several workers", function()
    start("worker_processes 3;")
    local seen, count = {}, 0
    assert.is_true(nginx.wait_for(function()
      for _, pid in ipairs(begin("/pid_after_call", 60)()) do
        assert.matches("^%d+$", pid)
        count = count + (seen[pid] and 0 or 1)
        seen[pid] = true
      end
      return count >= 2
    end))
  end)

  it("has a waker as an unprivileged user", function()
    local is_root = shell.check("id -u") == "0"
    start(is_root and "user nobody nogroup;" or nil)
    local worker = nginx:worker()
    local answers = begin("/call?gate=nobody", 1)
    wait_until_pending(1)
    if is_root then assert.equal("nobody", shell.check("stat -c %U /proc/" .. worker)) end
    assert.is_true(nginx.wait_for(function()
      return nginx.count(worker, "task") == 2
    end))
    upstream:open("nobody")
    assert.same({ "GET" }, answers())
    assert_no_directories()
  end)

  it("wakes no worker while it is idle", function()
    start()
    local worker = nginx:worker()
    local function switches()
      return shell.check(("grep -h ctxt /proc/%d/task/*/status"):format(worker)):match("%d+")
    end
    -- OpenResty wakes its workers once a second; those that there are besides.
    local function count_wakes()
      local before, from = switches(), core.now()
      shell.check("sleep 1.5")
      return switches() - before - math.ceil(core.now() - from)
    end
    local by_itself = count_wakes()
    nginx:get("/call?ms=1")
    assert.is_true(nginx.wait_for(function()
      return nginx.count(worker, "task") == 1
    end))
    -- The machine may wake it, too, but not every time.
    assert.is_true(nginx.wait_for(function()
      return count_wakes() <= by_itself
    end))
  end)
end)
