-- SPDX-License-Identifier: MIT
-- Measures what calls in flight cost an nginx worker, by rtk and by pure cosockets, while another
-- process asks the same worker for /ping: 100 concurrent calls to an upstream that takes 200 ms,
-- which come one by one, and 40 to one that takes 20 ms, where often several end at once. Rounds
-- alternate because the machine's speed drifts more than the difference, and all take part at
-- real-time priority if that is permitted, so that other programs do not count; the best and the
-- median of their ratios are printed. Then the system calls of a call are counted, if strace is
-- there, and the context switches of the idle worker.
--
-- The row "webhook" is about /ping while an nginx with four workers gets 2,000 deliveries, with new
-- keys, failing handlers, duplicates and junk (see spec.nginx.webhook_load): with receivers, and
-- with a control that answers the same requests and checks nothing.
--
--   luajit spec/bench/nginx.lua [seconds per round] [rounds]

local cjson = require("cjson")
local emulator_http = require("spec.support.servers.emulator_http")
local openresty = require("spec.support.servers.openresty")
local shell = require("spec.support.servers.shell")
local socket = require("socket")
local webhook_load = require("spec.nginx.webhook_load")
local workdir = require("spec.support.servers.workdir")

local SECONDS = tonumber(arg[1]) or 5
local ROUNDS = tonumber(arg[2]) or 3

-- Seconds between two pings, and for which nothing happens.
local PING_PAUSE, IDLE = 0.002, 2

local UPSTREAM = [[
keepalive_requests 100000000;
location / {
  content_by_lua_block {
    local body = '{"success":true,"data":{"id":"7a1c-42","title":"Stand-up","status":"ACTIVE"}}'
    ngx.sleep(ngx.var.uri:find("^/busy") and 0.02 or 0.2)
    ngx.header["Content-Type"] = "application/json"
    ngx.header["Content-Length"] = #body
    ngx.print(body)
  }
}
]]

local HTTP = [[
init_by_lua_block {
  local rtk = require "rtk"
  local control = require "spec.support.clients.cosocket_client"
  local clients = {}
  for _, load in ipairs { "calm", "busy" } do
    clients[load] = rtk.new { api_token = "x", account_id = "a", app_id = "b",
      base_url = "http://127.0.0.1:$port/" .. load }
  end
  calls = {
    rtk = function(load) return assert(clients[load].meetings:get "7a1c-42") end,
    control = function(load)
      return control.get($port, "/" .. load .. "/accounts/a/realtime/kit/b/meetings/7a1c-42")
    end,
  }
}
]]

local SERVER = [[
keepalive_requests 100000000;
location = /load {
  content_by_lua_block {
    local call, seconds = calls[ngx.var.arg_by], tonumber(ngx.var.arg_seconds)
    local load, concurrency = ngx.var.arg_load, tonumber(ngx.var.arg_concurrency)
    local count, stop = 0, ngx.now() + seconds
    local function loop(offset)
      ngx.sleep(offset)
      while ngx.now() < stop do
        call(load)
        if ngx.now() < stop then count = count + 1 end
      end
    end
    local threads = {}
    for i = 1, concurrency do threads[i] = ngx.thread.spawn(loop, i * 0.002) end
    for i = 1, concurrency do assert(ngx.thread.wait(threads[i])) end
    ngx.print(count / seconds)
  }
}
]]

-- How many calls each load has at a time.
local CONCURRENCY = { calm = 100, busy = 40 }

-- Becomes true after some seconds.
local function timer(seconds)
  local stop = socket.gettime() + seconds
  return function()
    return socket.gettime() >= stop
  end
end

local function percentile(sorted, share)
  return sorted[math.max(1, math.ceil(#sorted * share))] * 1e6
end

-- Microseconds: p50 and p99 of pings until it is over.
local function ping(port, is_over)
  local connection = assert(socket.connect("127.0.0.1", port))
  connection:setoption("tcp-nodelay", true)
  local times = {}
  while not is_over() do
    local start = socket.gettime()
    assert(connection:send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"))
    local line
    repeat
      line = assert(connection:receive("*l"))
    until line == ""
    assert(connection:receive(4))
    times[#times + 1] = socket.gettime() - start
    socket.sleep(PING_PAUSE)
  end
  connection:close()
  table.sort(times)
  return percentile(times, 0.5), percentile(times, 0.99)
end

-- Seconds of CPU, of all threads that there are.
local function cpu(pid)
  local nanoseconds = 0
  for line in shell.check(("cat /proc/%d/task/*/schedstat"):format(pid)):gmatch("[^\n]+") do
    nanoseconds = nanoseconds + tonumber(line:match("^%d+"))
  end
  return nanoseconds / 1e9
end

local function switches(pid)
  local count = 0
  for number in shell.check(("grep -h ctxt /proc/%d/task/*/status"):format(pid)):gmatch("%d+") do
    count = count + tonumber(number)
  end
  return count
end

-- Has the worker make calls; the result waits for their rate.
local function start_load(nginx, by, load, seconds)
  local pipe = io.popen(
    ("curl --silent '%s/load?by=%s&load=%s&concurrency=%d&seconds=%g'"):format(
      nginx.url,
      by,
      load,
      CONCURRENCY[load],
      seconds
    )
  )
  return function()
    local rate = assert(tonumber(pipe:read("*a")), nginx:log())
    pipe:close()
    return rate
  end
end

local function measure(nginx, worker, by, load)
  local before = cpu(worker)
  local rate = start_load(nginx, by, load, SECONDS)
  local p50, p99 = ping(nginx.port, timer(SECONDS))
  local result = { rate = rate(), p99 = p99 }
  result.cpu = (cpu(worker) - before) / SECONDS / result.rate * 1e6
  print(
    ("  %-4s %-8s %6.1f calls/s, /ping p50 %5.0f us, p99 %5.0f us, CPU %5.1f us a call"):format(
      load,
      by,
      result.rate,
      p50,
      p99,
      result.cpu
    )
  )
  return result
end

-- Prints how many system calls the worker makes for a call.
local function count_system_calls(nginx, worker, by)
  local seconds = SECONDS + 2
  local tracer =
    io.popen(("timeout --signal INT %g strace -f -c -p %d 2>&1"):format(seconds, worker))
  -- It has to be attached before the calls begin.
  socket.sleep(1)
  local calls = start_load(nginx, by, "calm", SECONDS)() * SECONDS
  local output, names, total = tracer:read("*a"), {}, 0
  tracer:close()
  -- Columns: share, seconds, microseconds each, calls, errors if there were any, name.
  for count, name in output:gmatch("\n *[%d.]+ +[%d.]+ +%d+ +(%d+) +%d* *([%w_]+)") do
    local of_call = tonumber(count) / calls
    if name ~= "total" then total = total + of_call end
    if name ~= "total" and of_call >= 0.1 then
      names[#names + 1] = ("%s %.1f"):format(name, of_call)
    end
  end
  print(("  %-8s %4.1f system calls a call: %s"):format(by, total, table.concat(names, ", ")))
end

local function idle_switches(nginx, worker)
  nginx.wait_for(function()
    return nginx.count(worker, "task") == 1
  end)
  local before = switches(worker)
  socket.sleep(IDLE)
  return switches(worker) - before
end

local function report(what, ratios, limit)
  table.sort(ratios)
  local middle = ratios[math.floor(#ratios / 2) + 1]
  print(
    ("  %s: %.2f to %.2f, median %.2f x the control's (%s)"):format(
      what,
      ratios[1],
      ratios[#ratios],
      middle,
      limit
    )
  )
end

local function compare(nginx, worker, load)
  local latencies, rates, costs = {}, {}, {}
  -- Connections are made and code is compiled.
  start_load(nginx, "rtk", load, 1)()
  start_load(nginx, "control", load, 1)()
  for round = 1, ROUNDS do
    local ours = measure(nginx, worker, "rtk", load)
    local control = measure(nginx, worker, "control", load)
    latencies[round] = ours.p99 / control.p99
    rates[round] = ours.rate / control.rate
    costs[round] = ours.cpu / control.cpu
  end
  report(load .. ": p99 of /ping", latencies, "at most 1.5")
  report(load .. ": throughput", rates, "at least 0.98")
  report(load .. ": CPU of a call", costs, "aim 1.8; libcurl alone has 1.25 x the instructions")
end

-- What chrt takes.
local REAL_TIME, USUAL = "--fifo --pid 10", "--other --pid 0"

-- Gives a process, and those that it starts from now on, real-time priority or the usual one, where
-- that is permitted.
local function set_priority(pid, policy)
  shell.run(("chrt %s %d 2>&1"):format(policy, pid))
end

local function run(nginx, upstream)
  local worker, own = nginx:worker(), tonumber(shell.check("echo $PPID"))
  set_priority(upstream:worker(), REAL_TIME)
  set_priority(worker, REAL_TIME)
  set_priority(own, REAL_TIME)
  compare(nginx, worker, "calm")
  compare(nginx, worker, "busy")
  set_priority(own, USUAL)
  if shell.run("command -v strace") ~= "" then
    count_system_calls(nginx, worker, "rtk")
    count_system_calls(nginx, worker, "control")
  else
    print("  SKIPPED: strace is not here, system calls are not counted")
  end
  print(("  context switches in %d s without calls: %d"):format(IDLE, idle_switches(nginx, worker)))
end

local DRIVE = [[
local place = require("cjson").decode(os.getenv("PLACE"))
print(require("spec.nginx.webhook_load").drive(place, os.getenv("LOAD_PATH")).seconds)
]]

-- Pings while another process drives the load; returns p99 in microseconds.
local function ping_under_load(place, path)
  local nginx = place.nginx
  nginx:run("ngx.shared.handled:flush_all() ngx.shared.webhooks:flush_all()")
  local plain = cjson.encode({ url = place.url, emulators = place.emulators })
  local result = nginx.directory .. "/seconds"
  shell.run("rm -f " .. result)
  local pipe = io.popen(
    ("PLACE=%s LOAD_PATH=%s %s >%s.new && mv %s.new %s"):format(
      shell.quote(plain),
      path,
      emulator_http.lua(DRIVE),
      result,
      result,
      result
    )
  )
  local p50, p99 = ping(nginx.port, function()
    local file = io.open(result)
    if file then file:close() end
    return file ~= nil
  end)
  pipe:close()
  print(
    ("  %-8s %6.1f deliveries/s, /ping p50 %5.0f us, p99 %5.0f us"):format(
      path,
      webhook_load.DELIVERIES / tonumber(workdir.read(result)),
      p50,
      p99
    )
  )
  return p99
end

local function run_webhook(place)
  print("webhook")
  local _, idle = ping(place.nginx.port, timer(IDLE))
  print(("  %-8s p99 %5.0f us"):format("idle", idle))
  local latencies = {}
  for round = 1, ROUNDS do
    local ours = ping_under_load(place, "/receive")
    latencies[round] = ours / ping_under_load(place, "/control")
  end
  report("p99 of /ping", latencies, "deliveries that nobody checks")
end

-- Runs a part, and stops its servers in any case.
local function guarded(run_part, stop)
  local ok, message = xpcall(run_part, debug.traceback)
  stop()
  assert(ok, message)
end

local upstream = openresty.start({ server = UPSTREAM })
local nginx =
  openresty.start({ http = HTTP:gsub("$port", tostring(upstream.port)), server = SERVER })
guarded(function()
  run(nginx, upstream)
end, function()
  nginx:remove()
  upstream:remove()
end)
local place = webhook_load.start({ server = "keepalive_requests 100000000;" })
guarded(function()
  run_webhook(place)
end, place.stop)
