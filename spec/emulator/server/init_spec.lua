-- SPDX-License-Identifier: MIT
local cjson = require("cjson").new()
local http = require("spec.support.servers.emulator_http")
local process = require("rtk.emulator.server.process")
local server = require("rtk.emulator.server")
local workdir = require("spec.support.servers.workdir")

-- Seconds: the watch interval, the wait before the directory goes, and a busy machine.
local WATCH_TIMEOUT = 60

local APP = "/accounts/a/realtime/kit/00000000-0000-4000-8000-000000000001"

local function exists(directory)
  return (process.run("test -d " .. process.quote(directory)))
end

describe("rtk.emulator.server", function()
  local running = {}

  local function start(options)
    local started, message = server.start(options)
    assert.is_not_nil(started, message)
    running[#running + 1] = started
    return started
  end

  after_each(function()
    for _, started in ipairs(running) do
      started:stop()
    end
    running = {}
  end)

  it("serves the API on a free port, with state", function()
    local one = start()
    assert.equal("http://127.0.0.1:" .. one.port .. "/client/v4", one.url)
    local status, body, headers =
      http.request(one.url .. APP .. "/meetings", '--data \'{"title":"x"}\'')
    assert.equal(201, status)
    assert.matches("\r\nContent%-Type: application/json\r\n", headers)
    assert.matches("\r\ncf%-ray: %x+%-%u+\r\n", headers)
    local id = cjson.decode(body).data.id
    status, body = http.request(one.url .. APP .. "/meetings/" .. id)
    assert.equal(200, status)
    assert.equal("x", cjson.decode(body).data.title)
    assert.equal(404, (http.request(one.url .. "/zones")))
  end)

  it("passes queries, methods and encoded paths on as they came", function()
    local url = start().url .. APP .. "/meetings"
    http.request(url, '--data \'{"title":"a b&c"}\'')
    local _, body = http.request(url .. "?search=a%20b%26c&per_page=1")
    assert.equal(1, cjson.decode(body).paging.total_count)
    assert.equal(400, (http.request(url .. "/a%2Fb")))
    assert.equal(404, (http.request(url, "--request PURGE")))
    assert.equal(404, (http.request(url .. "//")))
  end)

  it("reads bodies that nginx puts into a file", function()
    local url = start().url .. APP .. "/meetings"
    local title = ("x"):rep(2 * 1024 * 1024)
    local path = os.tmpname()
    process.write_file(path, '{"title":"' .. title .. '"}')
    local status, body = http.request(url, "--data @" .. path)
    os.remove(path)
    assert.equal(201, status)
    assert.equal(title, cjson.decode(body).data.title)
  end)

  it("hands its options to the emulator", function()
    local options = { app_id = "mine", api_token = "good" }
    local url = start({ start_time = 0, emulator = options }).url .. "/accounts/a/realtime/kit/apps"
    assert.equal(401, (http.request(url)))
    local _, body = http.request(url, "--header 'Authorization: Bearer good' --header 'Host: x'")
    assert.is_string(body)
    local good = "curl --silent --header 'Authorization: Bearer good' " .. url
    local _, output = process.run(good)
    local app = cjson.decode(output).data[1]
    assert.equal("mine", app.id)
    assert.matches("^1970%-01%-01", app.created_at)
  end)

  it("lets time pass for a rate limit", function()
    local limit = { quota = 1, window = 3600, block = 1 }
    local url = start({ rate_limit = limit }).url .. APP .. "/meetings"
    assert.equal(200, (http.request(url)))
    assert.equal(429, (http.request(url)))
    assert.is_true(process.wait_until(60, function()
      return http.request(url) == 200
    end))
  end)

  it("writes an access log to the given file", function()
    local path = os.tmpname()
    http.request(start({ access_log = path }).url .. "/zones")
    -- nginx writes it after it has answered.
    assert.is_truthy(process.wait_until(60, function()
      return process.read_file(path):find("GET /client/v4/zones", 1, true)
    end))
    os.remove(path)
  end)

  it("stops, leaves nothing behind and can be stopped again", function()
    local one = start()
    assert.is_true(exists(one.directory))
    one:stop()
    assert.is_false(http.is_up(one.url))
    assert.is_false(process.is_alive(one.process))
    assert.is_false(exists(one.directory))
    one:stop()
  end)

  it("runs beside another, each with its own state", function()
    local one, two = start(), start()
    assert.not_equal(one.port, two.port)
    http.request(one.url .. APP .. "/meetings", "--data '{}'")
    local _, body = http.request(two.url .. APP .. "/meetings")
    assert.same({}, cjson.decode(body).data)
    one:stop()
    assert.is_true(http.is_up(two.url))
  end)

  it("takes the port it is given, and says when it is in use", function()
    local one = start()
    local other, message, err = server.start({ port = one.port })
    assert.is_nil(other)
    assert.equal("port " .. one.port .. " of 127.0.0.1 is already in use", message)
    assert.equal("port_in_use", err.kind)
    one:stop()
    assert.equal(one.port, start({ port = one.port }).port)
  end)

  it("says which packages to install when there is no nginx", function()
    local none, message, err = server.start({ nginx = "/nonexistent/nginx" })
    assert.is_nil(none)
    assert.matches("nginx was not found", message, 1, true)
    assert.matches("nginx libnginx-mod-http-lua lua-cjson", message, 1, true)
    assert.equal("nginx_missing", err.kind)
  end)

  it("says why nginx does not start, and leaves nothing behind", function()
    -- Others may start servers at the same time, elsewhere.
    local directory = workdir.new()
    local code = [[
      local start = require("rtk.emulator.server").start
      local none, message, err = start({ access_log = "/nonexistent/log" })
      print(none, err.kind, message)
    ]]
    local _, output = process.run("TMPDIR=" .. directory .. " " .. http.lua(code))
    assert.matches("^nil\tstart_failed\t.*/nonexistent/log", output)
    local _, left = process.run("ls " .. directory)
    assert.equal("", left)
    workdir.remove(directory)
  end)

  it("raises for options that do not exist or cannot be", function()
    for _, options in ipairs({
      { prot = 1 },
      { port = "80" },
      { port = 70000 },
      { port = 1.5 },
      { emulator = { sede = 1 } },
      { emulator = "x" },
      { emulator = { deliver = print } },
    }) do
      local ok, message = pcall(function()
        server.start(options)
      end)
      assert.is_false(ok)
      assert.matches("init_spec.lua:%d+:", message)
    end
  end)

  it("ends when the process that started it is killed", function()
    local code = [[
      local one = assert(require("rtk.emulator.server").start())
      print(one.pid, one.url, one.directory)
      io.stdout:flush()
      os.execute("kill -KILL " .. require("rtk.emulator.server.process").find("self").pid)
    ]]
    local _, output = process.run(http.lua(code) .. " 2>/dev/null")
    local pid, url, directory = output:match("(%d+)%s+(%S+)%s+(%S+)")
    assert.is_string(pid)
    assert.is_true(process.wait_until(WATCH_TIMEOUT, function()
      return not process.find(pid) and not exists(directory)
    end))
    assert.is_false(http.is_up(url))
  end)

  it("ends with its owner even where its pid could not be written", function()
    local code = [[
      local one = assert(require("rtk.emulator.server").start())
      os.remove(one.directory .. "/nginx.pid")
      print(one.pid)
      io.stdout:flush()
      os.execute("kill -KILL " .. require("rtk.emulator.server.process").find("self").pid)
    ]]
    local _, output = process.run(http.lua(code) .. " 2>/dev/null")
    local pid = output:match("%d+")
    assert.is_string(pid)
    assert.is_true(process.wait_until(WATCH_TIMEOUT, function()
      return not process.find(pid)
    end))
  end)

  it("ends with the process that started it", function()
    local code = [[
      local one = assert(require("rtk.emulator.server").start())
      print(one.pid, one.url, one.directory)
    ]]
    local _, output = process.run(http.lua(code))
    local pid, _, directory = output:match("(%d+)%s+(%S+)%s+(%S+)")
    assert.is_true(process.wait_until(WATCH_TIMEOUT, function()
      return not process.find(pid) and not exists(directory)
    end))
  end)
end)
