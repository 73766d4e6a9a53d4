-- SPDX-License-Identifier: MIT
-- Iterates over 100 pages of 100 meetings from a server that takes 50 ms for each, one by one and
-- with prefetch. Prints the time as a ratio to the minimum, 100 / n * 50 ms, next to the bare
-- transport without decoding, and the CPU time per page as a ratio to the iteration one by one, and
-- to rtk.gather of the same pages as lists.
--
--   lua5.4 spec/bench/pages.lua [rounds]

local core = require("rtk.core")
local median = require("spec.support.data.median")
local process = require("spec_process")
local rtk = require("rtk")
local webserver = require("spec.support.servers.webserver")

local ROUNDS = tonumber(arg[1]) or 3
local PAGES, LATENCY = 100, 0.05

local function new_client(server)
  return rtk.new({
    api_token = "x",
    account_id = "a",
    app_id = "x",
    base_url = server.http .. "/pages",
  })
end

-- Seconds of wall time; and of CPU, with the collection of what is left: some keep all pages to the
-- end, others leave them to the collector on the way.
local function measure(f, ...)
  collectgarbage()
  local start, cpu = core.now(), process.cpu()
  f(...)
  local seconds = core.now() - start
  collectgarbage()
  return seconds, process.cpu() - cpu
end

local function walk(client, prefetch)
  local count = 0
  for _ in client.meetings:each({ per_page = 100 }, { prefetch = prefetch }) do
    count = count + 1
  end
  assert(count == PAGES * 100, count)
end

-- The same pages as lists of their own.
local function gather(client, concurrency)
  local functions = {}
  for page_no = 1, PAGES do
    functions[page_no] = function()
      return client.meetings:list({ per_page = 100, page_no = page_no })
    end
  end
  for _, result in ipairs(rtk.gather(functions, { concurrency = concurrency })) do
    assert(result[1], result[2])
  end
end

local function compare_gather(server, concurrency)
  local ratios = {}
  -- What LuaJIT compiles of it.
  gather(new_client(server), concurrency)
  for round = 1, ROUNDS do
    local _, gathering = measure(gather, new_client(server), concurrency)
    local _, walking = measure(walk, new_client(server), concurrency)
    ratios[round] = walking / gathering
  end
  print(("prefetch %-3d CPU %.2f x gather of list"):format(concurrency, median(ratios)))
end

local function bare_walk(server, prefetch)
  local transport = assert(core.transport({ proxy = "" }))
  local sent, done = 0, 0
  while done < PAGES do
    while sent < PAGES and sent - done < prefetch do
      sent = sent + 1
      local url = ("%s/pages/?page_no=%d"):format(server.http, sent)
      assert(transport:submit({ method = "GET", url = url, raw = true }))
    end
    done = done + #transport:step(10, 1)
  end
  transport:close()
end

local function compare(server, prefetch, sequential_cpu)
  local times, cpus, bare = {}, {}, {}
  for round = 1, ROUNDS do
    times[round], cpus[round] = measure(walk, new_client(server), prefetch)
    bare[round] = measure(bare_walk, server, prefetch)
  end
  local least, time = PAGES / prefetch * LATENCY, median(times)
  local format = "prefetch %-3d %6.0f ms  %.2f x the least  (bare transport %6.0f ms, %.2f x)"
    .. "  CPU %.2f x one by one"
  local bare_time, cpu = median(bare), median(cpus)
  print(
    format:format(
      prefetch,
      time * 1e3,
      time / least,
      bare_time * 1e3,
      bare_time / least,
      cpu / sequential_cpu
    )
  )
end

local function run(server)
  measure(walk, new_client(server), 32)
  local cpus = {}
  for round = 1, ROUNDS do
    local _
    _, cpus[round] = measure(walk, new_client(server), 0)
  end
  local cpu = median(cpus)
  print(("one by one   CPU %.0f us a page"):format(cpu / PAGES * 1e6))
  compare(server, 8, cpu)
  compare(server, 32, cpu)
  compare_gather(server, 8)
end

local server = webserver.start()
local ok, message = xpcall(run, debug.traceback, server)
server:stop()
assert(ok, message)
