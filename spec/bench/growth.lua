-- SPDX-License-Identifier: MIT
-- Measures how the CPU time of a call grows with the number of calls at once, as ratios to few of
-- them in the same run:
--
-- - of calls that wait for a connection: to submit one, to cancel one (in any order), to end one at
--   its deadline, and to spawn and cancel a task of the whole client; these should not grow;
-- - of calls that all have a connection of their own, which libcurl (7.88) looks through for each.
--
--   lua5.4 spec/bench/growth.lua [rounds]

local core = require("rtk.core")
local median = require("spec.support.data.median")
local process = require("spec_process")
local random = require("spec.support.data.random")
local rtk = require("rtk")
local socket = require("socket")
local webserver = require("spec.support.servers.webserver")

local ROUNDS = tonumber(arg[1]) or 3
local WAITING, CONNECTIONS = { 1000, 5000, 20000 }, { 100, 500, 1500 }

-- Seconds; nothing but the deadlines is to end.
local LONG = 600

-- Microseconds of CPU, for each of count.
local function cost(count, f)
  local start = process.cpu()
  f()
  return (process.cpu() - start) / count * 1e6
end

local function submit_all(transport, url, count, timeout)
  local ids = {}
  for index = 1, count do
    ids[index] = assert(transport:submit({
      method = "GET",
      url = url,
      timeout = timeout and timeout(index) or LONG,
      connect_timeout = LONG,
    }))
  end
  return ids
end

local function shuffle(list)
  local draw = random.new(5)
  for index = #list, 2, -1 do
    local other = draw:below(index) + 1
    list[index], list[other] = list[other], list[index]
  end
end

local function drain(transport, count)
  while count > 0 do
    count = count - #transport:step(60)
  end
end

local rows = {
  submit = function(url, count)
    local transport = assert(core.transport({ proxy = "" }))
    local result = cost(count, function()
      submit_all(transport, url, count)
    end)
    transport:close()
    return result
  end,
  cancel = function(url, count)
    local transport = assert(core.transport({ proxy = "" }))
    local ids = submit_all(transport, url, count)
    shuffle(ids)
    local result = cost(count, function()
      for index = 1, count do
        assert(transport:cancel(ids[index]))
      end
    end)
    transport:close()
    return result
  end,
  expire = function(url, count)
    local transport = assert(core.transport({ proxy = "" }))
    submit_all(transport, url, 128)
    submit_all(transport, url, count, function(index)
      return 0.3 + index * 1e-4
    end)
    local result = cost(count, function()
      drain(transport, count)
    end)
    transport:close()
    return result
  end,
  ["spawn, cancel"] = function(url, count)
    local client =
      rtk.new({ api_token = "x", account_id = "a", app_id = "b", base_url = url, timeout = LONG })
    local tasks = {}
    local function get()
      return client.meetings:get("m")
    end
    local result = cost(count, function()
      for index = 1, count do
        tasks[index] = rtk.spawn(get)
      end
      for index = 1, count do
        tasks[index]:cancel()
      end
    end)
    client:close()
    return result
  end,
}

-- Each call over a kept connection of its own; the server answers once all are there.
local names = 0
local function connected(url, count)
  local transport = assert(core.transport({ proxy = "", max_connections = count }))
  local result
  for _ = 1, 2 do
    names = names + 1
    local meeting = ("%s/meet?name=growth%d&count=%d"):format(url, names, count)
    result = cost(count, function()
      submit_all(transport, meeting, count)
      drain(transport, count)
    end)
  end
  transport:close()
  return result
end

local function compare(title, measure, url, counts)
  local text, first = {}, nil
  for index, count in ipairs(counts) do
    local rounds = {}
    for round = 1, ROUNDS do
      rounds[round] = measure(url, count)
    end
    local middle = median(rounds)
    first = first or middle
    text[index] = ("%6d: %6.1f us %5.2f x"):format(count, middle, middle / first)
  end
  print(("%-16s %s"):format(title, table.concat(text, "  ")))
end

-- It accepts connections and answers nothing.
local silent = assert(socket.bind("127.0.0.1", 0, 1024))
local silent_url = "http://127.0.0.1:" .. select(2, silent:getsockname())
for _, title in ipairs({ "submit", "cancel", "expire", "spawn, cancel" }) do
  compare(title, rows[title], silent_url, WAITING)
end
local server = webserver.start()
local ok, message = pcall(compare, "all connected", connected, server.http, CONNECTIONS)
server:stop()
assert(ok, message)
