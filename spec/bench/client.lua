-- SPDX-License-Identifier: MIT
-- Measures the CPU time of one call of the whole client over a kept-alive connection to nginx on
-- loopback, as a ratio to a bare libcurl loop in C that discards the body; to that loop plus
-- decoding by lua-cjson, the minimum for a Lua program without an SDK; and to that loop plus what
-- any decoder has to do in Lua, see spec/support/json/floor.lua.
--
-- Rounds alternate and the medians of the ratios are printed, because the
-- machine's speed drifts more than the difference.
--
--   lua5.4 spec/bench/client.lua [calls per round] [rounds]

local cjson = require("cjson")
local core = require("rtk.core")
local floor = require("spec.support.json.floor")
local json_pages = require("spec.support.json.pages")
local median = require("spec.support.data.median")
local process = require("spec_process")
local rtk = require("rtk")
local webserver = require("spec.support.servers.webserver")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local CALLS = tonumber(arg[1]) or 2000
local ROUNDS = tonumber(arg[2]) or 7

-- A string that is in a page so often is one that a decoder need not make.
local OFTEN = 20

-- Microseconds of CPU for one run of `f`.
local function cost(f)
  f()
  local start = process.cpu()
  for _ = 1, CALLS do
    f()
  end
  return (process.cpu() - start) / CALLS * 1e6
end

-- It sends what the client sends.
local function bare_cost(url)
  local command = ("build/spec/bare_curl %s %d"):format(shell.quote(url), CALLS)
  local agent = "User-Agent: rtk-lua/" .. core._VERSION
  for _, header in ipairs({ "Authorization: Bearer x", "Accept: application/json", agent }) do
    command = command .. " " .. shell.quote(header)
  end
  return assert(tonumber((shell.check(command))))
end

local function serve(server, path, text)
  local file = server.directory .. "/static" .. path
  shell.check("mkdir -p " .. shell.quote(file:match("^(.*)/")))
  workdir.write(file, text)
  return server.http .. "/static" .. path
end

local function compare(title, url, text, call)
  local ours, to_bare, to_cjson, to_floor = {}, {}, {}, {}
  local make = floor.of({ text }, OFTEN)
  for round = 1, ROUNDS do
    local bare = bare_cost(url)
    ours[round] = cost(call)
    local decode = cost(function()
      cjson.decode(text)
    end)
    to_bare[round] = ours[round] / bare
    to_cjson[round] = ours[round] / (bare + decode)
    local least = cost(function()
      make(text)
    end)
    to_floor[round] = ours[round] / (bare + least)
  end
  local format =
    "%-28s %8.1f us %8.2f x bare C %8.2f x (bare C + lua-cjson) %8.2f x (bare C + floor)"
  print(format:format(title, median(ours), median(to_bare), median(to_cjson), median(to_floor)))
end

local function run(server)
  local client = rtk.new({
    api_token = "x",
    account_id = "a",
    app_id = "x",
    base_url = server.http .. "/static",
  })
  local prefix = "/accounts/a/realtime/kit/x"
  local object, page = json_pages.object(), json_pages.uniform(1, 100)[1]
  local object_url = serve(server, prefix .. "/meetings/m1", object)
  local page_url = serve(server, prefix .. "/presets", page)
  compare(("meetings:get, %d bytes"):format(#object), object_url, object, function()
    assert(client.meetings:get("m1"))
  end)
  compare(("presets:list, %d bytes"):format(#page), page_url, page, function()
    assert(#assert(client.presets:list()) == 100)
  end)
end

local server = webserver.start()
-- What a call costs depends on where client and server run, so both get one
-- CPU, and the same one in every run.
shell.check(("taskset -a -cp 1 %d; taskset -a -cp 1 %d"):format(server.pid, process.pid()))
local ok, message = xpcall(run, debug.traceback, server)
server:stop()
assert(ok, message)
