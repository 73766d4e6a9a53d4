-- SPDX-License-Identifier: MIT
-- C programs that embed rtk, each in a file of this folder. They find no Lua files, so everything
-- they use is in librtk.a.
--
-- EMBEDDED names the directory of the programs, when it is not that of this Lua,
-- and EMBEDDED_STATES how many states are opened and closed.

local emulator_server = require("rtk.emulator.server")
local shell = require("spec.support.servers.shell")
local webserver = require("spec.support.servers.webserver")
local workdir = require("spec.support.servers.workdir")

local PROGRAMS = os.getenv("EMBEDDED") or ("build/" .. shell.lua() .. "/embed")
local STATES = tonumber(os.getenv("EMBEDDED_STATES"))
  or (PROGRAMS:find("lua5.4", 1, true) and 10000 or 1000)

describe("a C program with rtk in it", function()
  local emulator, web

  setup(function()
    emulator = assert(emulator_server.start())
    web = webserver.start()
  end)

  teardown(function()
    emulator:stop()
    web:stop()
  end)

  -- What a program prints, with a client's environment.
  local function run(base_url, command)
    local environment = "CLOUDFLARE_API_TOKEN=t CLOUDFLARE_ACCOUNT_ID=a REALTIMEKIT_APP_ID=%s"
    local app_id = require("rtk.emulator").new().app_id
    local words = { environment:format(app_id), "CLOUDFLARE_BASE_URL=" .. shell.quote(base_url) }
    words[3] = PROGRAMS .. "/" .. command
    return shell.check(table.concat(words, " "))
  end

  it("makes calls in 8 threads at once, each with a state of its own", function()
    assert.equal("0 threads failed, 320 meetings", run(emulator.url, "threads 8 40"))
  end)

  it("has keys in 8 threads, and takes no lack of OpenSSL's memory for a signature", function()
    local key = require("spec.fixtures.signing_key")
    local command = "SIGNING_KEY=%s %s/keys 20 97"
    local printed = shell.check(command:format(shell.quote(key), PROGRAMS))
    local refused, kept = printed:match("^0 threads failed, (%d+) allocations, (%-?%d+) kB kept$")
    assert.truthy(refused, printed)
    assert.is_true(tonumber(refused) > 300 and tonumber(kept) < 64, printed)
  end)

  it("goes on in a state that ran out of its 8 MB", function()
    local members = {}
    for i = 1, 60000 do
      members[i] = ('{"id":%d,"name":"Member %d","tags":[1,2,3]}'):format(i, i)
    end
    local function write(name, count)
      local text = table.concat(members, ",", 1, count)
      workdir.write(web.directory .. "/static/" .. name, '{"success":true,"data":[' .. text .. "]}")
    end
    write("small.json", 100)
    write("large.json", #members)
    local limit = 8 * 2 ^ 20
    local printed = run(web.http .. "/static", ("limit %d"):format(limit))
    local most = printed:match("^(%d+) of %d+ bytes at most, 0 left$")
    assert.truthy(most, printed)
    assert.is_true(tonumber(most) <= limit and tonumber(most) > limit * 0.9, printed)
  end)

  it("opens and closes " .. STATES .. " states and keeps nothing of them", function()
    local printed = run(emulator.url, "churn " .. STATES)
    local growth, descriptors = printed:match("^(%-?%d+) kB, (%-?%d+) descriptors")
    assert.is_true(tonumber(growth) < 256, printed)
    assert.equal("0", descriptors, printed)
  end)

  it("gives each child of fork connections of its own, and keeps the parent's", function()
    local used = {}
    for who, connection in run(web.http, "forks"):gmatch("(%a+) (%d+)") do
      used[#used + 1] = { who = who, connection = connection }
    end
    assert.equal(8, #used)
    -- Two calls of a child that was made before the first call, one of the
    -- parent, two each of two more children, one of the parent again.
    local expected = { 1, 1, 2, 3, 3, 4, 4, 2 }
    local numbers, next_number = {}, 1
    for index, use in ipairs(used) do
      if not numbers[use.connection] then
        numbers[use.connection], next_number = next_number, next_number + 1
      end
      assert.equal(expected[index], numbers[use.connection], use.who .. " in step " .. index)
    end
  end)

  it("closes states with wakers in them, in threads and in children", function()
    local directory = workdir.new()
    local printed = run(emulator.url, "wakers 8 20 " .. shell.quote(directory))
    assert.equal("0 threads and 0 children failed, 0 descriptors left", printed)
    assert.equal("", shell.check("ls " .. directory))
    workdir.remove(directory)
  end)

  it("drives the calls of a script in its own loop, all at once", function()
    local printed = run(emulator.url, "loop examples/embed/lessons.lua")
    assert.equal(20, select(2, printed:gsub("Lesson %d+ is there\n", "")))
    assert.matches("\n%d+ ticks$", printed)
    local script = web.directory .. "/meet.lua"
    workdir.write(
      script,
      [[
        local rtk = require("rtk")
        local client, got = rtk.new({ proxy = "", max_retries = 0 }), 0
        for _ = 1, 20 do
          rtk.spawn(function()
            -- Answered when 20 have asked.
            assert(client:request({ path = "/meet", query = { name = "loop", count = 20 } }))
            assert(client:request({ path = "/slow", query = { ms = 50 } }))
            -- Each lasts longer than the loop's clock takes for a tick.
            for _ = 1, 10 do rtk.sleep(0.01) end
            got = got + 1
            if got == 20 then print("all") end
          end)
        end
        return client
      ]]
    )
    printed = run(web.http, "loop " .. shell.quote(script))
    local ticks = printed:match("^all\n(%d+) ticks$")
    assert.is_true(tonumber(ticks) > 3, printed)
  end)

  it("raises in its loop when there is no client, and reports what the script raises", function()
    local script = web.directory .. "/none.lua"
    for text, expected in pairs({
      ["return 1"] = "attempt to index a number value",
      ["error('raised')"] = "raised",
    }) do
      workdir.write(script, text)
      local output, status = shell.run(PROGRAMS .. "/loop " .. shell.quote(script))
      assert.equal(1, status)
      assert.truthy(output:find(expected, 1, true), output)
    end
  end)

  for _, kind in ipairs({ "http", "https" }) do
    it("keeps its handlers of signals when " .. kind .. " connections break", function()
      local command = ("signals %s %s"):format(web[kind], web.ca_file)
      local printed = run(web.http, command)
      local alarms, errors = printed:match("^(%d+) alarms, (%d+) errors, 0 pipes, handlers kept$")
      assert.truthy(alarms, printed)
      assert.is_true(tonumber(alarms) > 10 and tonumber(errors) > 0, printed)
    end)
  end
end)
