-- SPDX-License-Identifier: MIT
-- Measures the memory of a call in flight: how much a process grows that makes calls with
-- rtk.gather until all of them wait for their answers, each over its own connection, in plain text
-- and over TLS, compared with a bare libcurl multi handle in C. Each number is that of a fresh
-- process that has made a hundred calls before, two at a time with rtk.gather: what is loaded for
-- them, and the free memory that the first of them leave, are no part of a call. A single call fits
-- into that memory, so its ratio says little.
--
--   lua5.4 spec/bench/memory.lua [calls in flight]...

local process_stats = require("spec.support.asserts.process_stats")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")

local WARM_UP = 100 -- calls

-- Milliseconds that the server takes for an answer: long enough for all to be sent.
local function latency(count)
  return 1000 + 3 * count
end

local function heap()
  collectgarbage()
  collectgarbage()
  return collectgarbage("count") * 1024
end

-- How many slow requests the server has seen.
local function seen_by_server(client)
  return assert(client:request({ path = "/count", query = { name = "slow" } })).count
end

local function warm_up(quick)
  local functions = {}
  for index = 1, WARM_UP do
    functions[index] = quick
  end
  for _, result in ipairs(rtk.gather(functions, { concurrency = 2 })) do
    assert(result[1], result[2])
  end
end

-- In a process of its own: prints the bytes that the process and Lua's heap grow by.
local function grow(url, count, ca_file)
  local client = rtk.new({
    api_token = "x",
    account_id = "a",
    base_url = url,
    ca_file = ca_file,
    max_connections = count + 1,
  })
  warm_up(function()
    return seen_by_server(client)
  end)
  local seen, answered = seen_by_server(client), 0
  local query = { ms = latency(count) }
  local function slow()
    assert(client:request({ path = "/slow", query = query }))
    answered = answered + 1
  end
  local functions = {}
  for index = 1, count do
    functions[index] = slow
  end
  local heap_before = heap()
  local before = process_stats.reset_peak()
  functions[count + 1] = function()
    repeat
      collectgarbage() -- else it would count what these looks leave
      local now = seen_by_server(client)
    until now >= seen + count
    local process_growth = process_stats.reset_peak() - before
    local heap_growth = heap() - heap_before
    assert(answered == 0, "some calls were answered too early")
    print(process_growth, heap_growth)
  end
  for _, result in ipairs(rtk.gather(functions, { concurrency = count + 1 })) do
    assert(result[1], result[2])
  end
end

local function ours(url, count, ca_file)
  local command = ("%s spec/bench/memory.lua --grow %s %d %s"):format(
    shell.lua(),
    url,
    count,
    ca_file or ""
  )
  local process_growth, heap_growth = shell.check(command):match("^(%S+)%s+(%S+)$")
  return tonumber(process_growth), tonumber(heap_growth)
end

local function bare(url, count, ca_file)
  local command = ("build/spec/bare_multi %s/count?name=slow '%s/slow?ms=%d' %d %s"):format(
    url,
    url,
    latency(count),
    count,
    ca_file or ""
  )
  return tonumber(shell.check(command))
end

local function compare(title, url, count, ca_file)
  local process_growth, heap_growth = ours(url, count, ca_file)
  local peer = bare(url, count, ca_file)
  print(
    ("%-10s %6d in flight %8.1f KB a call, %6.1f of them Lua's %8.1f bare C %6.2f x"):format(
      title,
      count,
      process_growth / count / 1024,
      heap_growth / count / 1024,
      peer / count / 1024,
      process_growth / peer
    )
  )
end

local function run(server)
  local counts = #arg > 0 and arg or { 1, 100, 1000 }
  for _, count in ipairs(counts) do
    compare("plain", server.http, tonumber(count))
  end
  for _, count in ipairs(counts) do
    -- What a single connection takes fits into what the process has left.
    if tonumber(count) > 1 then compare("TLS", server.https, tonumber(count), server.ca_file) end
  end
end

if arg[1] == "--grow" then return grow(arg[2], tonumber(arg[3]), arg[4]) end

local server = webserver.start()
local ok, message = xpcall(run, debug.traceback, server)
server:stop()
assert(ok, message)
