-- SPDX-License-Identifier: MIT
-- Measures the wall time and peak memory of a fresh process that loads rtk and makes its first
-- call, with the Lua layer in files and with rtk.so alone; of a process that does nothing; and, if
-- the official SDK is installed, of one that does the same with it. Before that, the CPU time of
-- require, without the C part's, and the memory of the state then, as ratios to the same library
-- with a broken probe, which loads all modules from their texts.
--
-- Rounds alternate and medians are printed, because the machine's speed drifts.
--
--   lua5.4 spec/bench/start.lua [rounds]

local core = require("rtk.core")
local emulator = require("rtk.emulator")
local emulator_server = require("rtk.emulator.server")
local median = require("spec.support.data.median")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local ROUNDS = tonumber(arg[1]) or 15
local SDK = "build/npm"

local PEAK = [[
for line in io.lines("/proc/self/status") do
  local peak = line:match("^VmHWM:%s*(%d+)")
  if peak then print(peak) end
end
]]

local FIRST_CALL = 'assert(require("rtk").new().meetings:list({ per_page = 1 }))\n'

-- What require takes besides the C part, and what is left then.
local REQUIRE = [[
require("rtk.core")
local start = os.clock()
require("rtk")
local seconds = os.clock() - start
collectgarbage()
collectgarbage()
print(seconds * 1e3, collectgarbage("count"))
]]

-- Milliseconds that a command took, and the kilobytes that it prints.
local function measure(command)
  local start = core.now()
  local printed = shell.check(command)
  return (core.now() - start) * 1e3, assert(tonumber(printed), printed)
end

local function environment(url)
  local good = emulator.new()
  return ("CLOUDFLARE_BASE_URL=%s CLOUDFLARE_API_TOKEN=%s CLOUDFLARE_ACCOUNT_ID=%s"):format(
    url,
    good.api_token,
    good.account_id
  ) .. " REALTIMEKIT_APP_ID=" .. good.app_id
end

local function commands(url, directory)
  local lua, root = shell.lua(), shell.check("pwd")
  local function script(name, text, path)
    workdir.write(directory .. "/" .. name, text .. PEAK)
    local run = "%s LUA_PATH='%s' LUA_CPATH='%s/build/%s/?.so' %s %s/%s"
    return run:format(environment(url), path, root, lua, lua, directory, name)
  end
  local files = ("%s/lua/?.lua;%s/lua/?/init.lua"):format(root, root)
  local all = {
    { title = "nothing", command = script("nothing.lua", "", "") },
    { title = "rtk in files", command = script("files.lua", FIRST_CALL, files) },
    { title = "rtk.so alone", command = script("alone.lua", FIRST_CALL, "") },
  }
  if shell.run("node --version && test -d " .. SDK .. "/node_modules/cloudflare"):find("^v") then
    local node = environment(url) .. " node spec/bench/start.mjs " .. SDK
    all[#all + 1] = { title = "official SDK", command = node }
  end
  return all
end

-- A library whose bytecode fits no Lua: a letter in that of the probe, behind its text, is another.
local function without_bytecode(library)
  local bytes, words = shell.read(library), "order of several is by chance"
  local _, stop = bytes:find(words, 1, true)
  local place = stop and bytes:find(words, stop, true)
  return place and bytes:sub(1, place - 1) .. "O" .. bytes:sub(place + 1) or bytes
end

local function require_rows(directory)
  local lua, root = shell.lua(), shell.check("pwd")
  local own = ("%s/build/%s"):format(root, lua)
  workdir.write(directory .. "/rtk.so", without_bytecode(own .. "/rtk.so"))
  workdir.write(directory .. "/require.lua", REQUIRE)
  local run = "LUA_PATH='%s' LUA_CPATH='%s/?.so' %s %s/require.lua"
  local files = ("%s/lua/?.lua;%s/lua/?/init.lua"):format(root, root)
  return {
    { title = "texts in rtk.so", command = run:format("", directory, lua, directory) },
    { title = "bytecode in rtk.so", command = run:format("", own, lua, directory) },
    { title = "bytecode for files", command = run:format(files, own, lua, directory) },
  }
end

local function run_require(directory)
  local rows = require_rows(directory)
  for round = 1, ROUNDS do
    for _, row in ipairs(rows) do
      row.times, row.sizes = row.times or {}, row.sizes or {}
      local time, size = shell.check(row.command):match("^(%S+)%s+(%S+)$")
      row.times[round], row.sizes[round] = tonumber(time), tonumber(size)
    end
  end
  print(("%-22s %10s %10s"):format("require", "CPU ms", "KB a state"))
  local texts = median(rows[1].times)
  for _, row in ipairs(rows) do
    local time, size = median(row.times), median(row.sizes)
    print(("%-22s %10.2f %10.0f %6.2f x"):format(row.title, time, size, time / texts))
  end
end

local function run(url, directory)
  run_require(directory)
  local rows = commands(url, directory)
  for round = 1, ROUNDS do
    for _, row in ipairs(rows) do
      row.times, row.peaks = row.times or {}, row.peaks or {}
      row.times[round], row.peaks[round] = measure(row.command)
    end
  end
  print(("%-22s %10s %10s"):format("start and first call", "ms", "peak MB"))
  for _, row in ipairs(rows) do
    local time, peak = median(row.times), median(row.peaks)
    print(("%-22s %10.1f %10.1f"):format(row.title, time, peak / 1000))
  end
end

local directory = workdir.new()
local server = assert(emulator_server.start())
local ok, message = xpcall(run, debug.traceback, server.url, directory)
server:stop()
workdir.remove(directory)
assert(ok, message)
