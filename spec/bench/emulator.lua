-- SPDX-License-Identifier: MIT
-- Measures the emulator's server: the CPU time of its worker for one request, how many requests per
-- second that makes, and the ratio to an nginx whose Lua reads the same body and prints the same
-- bytes. Rounds alternate and medians are compared, because the machine's speed drifts more than
-- the difference.
--
--   lua5.4 spec/bench/emulator.lua [requests per round] [rounds]

local cjson = require("cjson").new()
local core = require("rtk.core")
local emulator_server = require("rtk.emulator.server")
local median = require("spec.support.data.median")
local openresty = require("spec.support.servers.openresty")
local shell = require("spec.support.servers.shell")

local REQUESTS = tonumber(arg[1]) or 2000
local ROUNDS = tonumber(arg[2]) or 5

local HEADERS = { "Authorization: Bearer x", "Content-Type: application/json" }

local APP = "/accounts/a/realtime/kit/00000000-0000-4000-8000-000000000001"

local PERSON = '{"name":"Ann","custom_participant_id":"ann","preset_name":"group_call_host"}'

local FLOOR = [[
keepalive_requests 100000000;
location = /print {
  content_by_lua_block {
    ngx.req.read_body()
    local text = texts[ngx.var.arg_row]
    ngx.header["Content-Type"] = "application/json"
    ngx.header["Content-Length"] = #text
    ngx.print(text)
  }
}
]]

local function send(transport, request)
  assert(transport:submit(request))
  local results
  repeat
    results = transport:step(10)
  until results[1]
  return assert(results[1].text, results[1].message)
end

-- Nanoseconds for which a process has run.
local function cpu_of(pid)
  return tonumber(shell.read(("/proc/%d/schedstat"):format(pid)):match("^%d+"))
end

-- Microseconds of a worker for one request.
local function cost(transport, worker, request)
  for _ = 1, REQUESTS / 10 do
    send(transport, request)
  end
  local before = cpu_of(worker)
  for _ = 1, REQUESTS do
    send(transport, request)
  end
  return (cpu_of(worker) - before) / REQUESTS / 1000
end

local function worker_of(pid)
  return tonumber(shell.read(("/proc/%d/task/%d/children"):format(pid, pid)):match("%d+"))
end

local function new_request(url, method, body)
  return { method = method or "GET", url = url, headers = HEADERS, body = body, raw = true }
end

local function compare(title, place, path, method, body)
  local transport = assert(core.transport({ proxy = "" }))
  local request = new_request(place.emulator.url .. APP .. path, method, body)
  local text = send(transport, request)
  place.floor:run(("texts.row = %q"):format(text))
  local same = new_request(place.floor.url .. "/print?row=row", method, body)
  local ours, floor, ratios = {}, {}, {}
  for round = 1, ROUNDS do
    floor[round] = cost(transport, place.floor:worker(), same)
    ours[round] = cost(transport, worker_of(place.emulator.pid), request)
    ratios[round] = ours[round] / floor[round]
  end
  transport:close()
  local mine = median(ours)
  local row = "%-22s %8.1f %8.1f %8.2f %10.0f"
  print(row:format(title, mine, median(floor), median(ratios), 1e6 / mine))
end

-- Has a call of the emulator made; returns what it gives.
local function ask(place, path, given)
  local transport = assert(core.transport({ proxy = "" }))
  local body = cjson.encode(given)
  local text = send(transport, new_request(place.emulator.admin_url .. path, "POST", body))
  transport:close()
  return assert(cjson.decode(text).data, text)
end

local function run(place)
  local columns = "%-22s %8s %8s %8s %10s"
  print(columns:format("CPU us of the server", "emulator", "floor", "ratio", "1/s"))
  local seeded = ask(place, "/seed", { meetings = 100 }).meetings
  local full = ask(place, "/seed", { meetings = 1, participants = 100 }).meetings[1]
  local people = "/meetings/" .. full .. "/participants"
  compare("one meeting", place, "/meetings/" .. seeded[1])
  compare("PATCH of a meeting", place, "/meetings/" .. seeded[2], "PATCH", '{"title":"Other"}')
  compare("100 meetings", place, "/meetings?per_page=100")
  compare("100 participants", place, people .. "?per_page=100")
  compare("a new participant", place, people, "POST", PERSON)
end

local place = {
  emulator = assert(emulator_server.start({ account_id = "a" })),
  floor = openresty.start({ http = "init_by_lua_block { texts = {} }", server = FLOOR }),
}
local ok, message = pcall(run, place)
place.emulator:stop()
place.floor:remove()
assert(ok, message)
