-- SPDX-License-Identifier: MIT
-- Downloads next to curl -o: `lua5.4 spec/bench/download.lua [MiB] [rounds]` in the repository's
-- root after a build, likewise with luajit.
--
-- The same file over the same server, in turns. Each line is the median over the rounds of curl's
-- time / ours, by the clock, with its rate, and what the download added to the process's memory at
-- its peak.

local jit = rawget(_G, "jit")
package.cpath = ("build/%s/?.so;"):format(jit and "luajit" or "lua5.4") .. package.cpath

local core = require("rtk.core")
local median = require("spec.support.data.median")
local process_stats = require("spec.support.asserts.process_stats")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")
local workdir = require("spec.support.servers.workdir")

local MIB = 2 ^ 20
local SIZE, ROUNDS = tonumber(arg and arg[1]) or 1024, tonumber(arg and arg[2]) or 3

local web = webserver.start()
local directory = workdir.new()
local ours, theirs = directory .. "/ours", directory .. "/theirs"
shell.check(("truncate -s %dM %s/static/large"):format(SIZE, shell.quote(web.directory)))

local client = rtk.new({
  api_token = "any",
  account_id = false,
  ca_file = web.ca_file,
  proxy = "",
})

local function time(f)
  local start = core.now()
  f()
  return core.now() - start
end

local function curl(link)
  local command = "curl -sS --fail --http1.1 --noproxy '*' --cacert %s -o %s %s"
  shell.check(command:format(shell.quote(web.ca_file), shell.quote(theirs), shell.quote(link)))
  os.remove(theirs)
end

local function to_path(link)
  assert(client:download(link, ours, { allow_private = true }))
  os.remove(ours)
end

local function to_function(link)
  local file = assert(io.open(ours, "wb"))
  assert(client:download(link, function(chunk)
    return file:write(chunk)
  end, { allow_private = true }))
  file:close()
  os.remove(ours)
end

local function compare(label, link, download)
  download(link) -- what is allocated once
  collectgarbage()
  local before, ratios, rates = process_stats.reset_peak(), {}, {}
  for round = 1, ROUNDS do
    local first, second
    if round % 2 == 0 then
      first, second =
        time(function()
          curl(link)
        end), time(function()
          download(link)
        end)
    else
      second = time(function()
        download(link)
      end)
      first = time(function()
        curl(link)
      end)
    end
    ratios[round], rates[round] = first / second, SIZE / second
  end
  local growth = (process_stats.peak() - before) / MIB
  print(
    ("%-20s %4.2f x curl, %6.0f MiB/s, %4.1f MiB of memory more"):format(
      label,
      median(ratios),
      median(rates),
      growth
    )
  )
end

print(("%d MiB, %d rounds"):format(SIZE, ROUNDS))
for _, kind in ipairs({ "http", "https" }) do
  local link = web[kind] .. "/static/large"
  compare(kind .. " to a path", link, to_path)
  compare(kind .. " to a function", link, to_function)
end
client:close()
web:stop()
workdir.remove(directory)
