-- SPDX-License-Identifier: MIT
-- Measures the CPU time of one request through the transport (submit, step and decode) against a
-- bare libcurl loop in C, over one kept-alive loopback connection to nginx, and the same without
-- decoding. Rounds alternate and medians are compared, because the machine's speed drifts more than
-- the difference.
--
--   lua5.4 spec/bench/request.lua [requests per round] [rounds]

local core = require("rtk.core")
local median = require("spec.support.data.median")
local process = require("spec_process")
local webserver = require("spec.support.servers.webserver")
local shell = require("spec.support.servers.shell")

local REQUESTS = tonumber(arg[1]) or 3000
local ROUNDS = tonumber(arg[2]) or 7
local HEADERS = {
  "Authorization: Bearer 0123456789abcdef0123456789abcdef01234567",
  "Accept: application/json",
  "User-Agent: rtk-bench",
}

local function get(transport, request)
  assert(transport:submit(request))
  local results
  repeat
    results = transport:step(10)
  until results[1]
  return assert(results[1].value or results[1].text, results[1].message)
end

local function transport_round(url, raw)
  local transport = assert(core.transport({ proxy = "" }))
  local request = { method = "GET", url = url, headers = HEADERS, raw = raw }
  get(transport, request)
  local start = process.cpu()
  for _ = 1, REQUESTS do
    get(transport, request)
  end
  local cpu = process.cpu() - start
  transport:close()
  return cpu / REQUESTS * 1e6
end

local function bare_round(url)
  local command = ("build/spec/bare_curl %s %d"):format(shell.quote(url), REQUESTS)
  for _, header in ipairs(HEADERS) do
    command = command .. " " .. shell.quote(header)
  end
  return assert(tonumber((shell.check(command))))
end

local function compare(title, url, raw)
  local ours, bare = {}, {}
  for i = 1, ROUNDS do
    bare[i] = bare_round(url)
    ours[i] = transport_round(url, raw)
  end
  local mine, peer = median(ours), median(bare)
  print(("%-22s %8.2f %8.2f %6.2f"):format(title, mine, peer, mine / peer))
end

-- Puts the server and the clients on one CPU: what a request costs depends more
-- on where both run than on anything measured here.
local function pin(server)
  shell.check(("taskset -a -cp 1 %d; taskset -a -cp 1 %d"):format(server.pid, process.pid()))
end

local server = webserver.start()
pin(server)
print(("%-22s %8s %8s %6s"):format("CPU us per request", "rtk", "bare C", "ratio"))
local ok, message = pcall(function()
  compare("400-byte object", server.http .. "/static/object.json")
  compare("30 KB page", server.http .. "/static/page.json")
  compare("400 bytes, undecoded", server.http .. "/static/object.json", true)
  compare("30 KB, undecoded", server.http .. "/static/page.json", true)
end)
server:stop()
assert(ok, message)
