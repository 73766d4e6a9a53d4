-- SPDX-License-Identifier: MIT
-- Measures the cold cost of many connections at once: the time and CPU of concurrent calls by a new
-- client, over TLS and in plain text, each of which opens a connection, compared with the same
-- calls over the kept connections. Prints medians of rounds.
--
--   lua5.4 spec/bench/cold.lua [connections] [rounds]

local core = require("rtk.core")
local median = require("spec.support.data.median")
local process = require("spec_process")
local rtk = require("rtk")
local webserver = require("spec.support.servers.webserver")

local CONNECTIONS = tonumber(arg[1]) or 32
local ROUNDS = tonumber(arg[2]) or 7

local names = 0

-- Milliseconds and CPU milliseconds of calls that the server answers once all of them are there.
local function measure(client)
  names = names + 1
  local query = { name = "cold" .. names, count = CONNECTIONS }
  local functions = {}
  for index = 1, CONNECTIONS do
    functions[index] = function()
      assert(client:request({ path = "/meet", query = query }))
    end
  end
  local started, cpu = core.now(), process.cpu()
  for _, result in ipairs(rtk.gather(functions, { concurrency = CONNECTIONS })) do
    assert(result[1], result[2])
  end
  return (core.now() - started) * 1e3, (process.cpu() - cpu) * 1e3
end

local function compare(title, url, ca_file)
  local cold, cold_cpu, warm, warm_cpu = {}, {}, {}, {}
  for round = 1, ROUNDS do
    local client = rtk.new({ api_token = "x", account_id = "a", base_url = url, ca_file = ca_file })
    cold[round], cold_cpu[round] = measure(client)
    warm[round], warm_cpu[round] = measure(client)
    client:close()
  end
  print(
    ("%-12s %8.1f ms %8.1f ms CPU cold %8.1f ms %8.1f ms CPU warm"):format(
      CONNECTIONS .. " " .. title,
      median(cold),
      median(cold_cpu),
      median(warm),
      median(warm_cpu)
    )
  )
end

local server = webserver.start()
local ok, message = pcall(function()
  compare("over TLS", server.https, server.ca_file)
  compare("plain", server.http)
end)
server:stop()
assert(ok, message)
