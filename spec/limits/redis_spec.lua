-- SPDX-License-Identifier: MIT
-- The limiter with a real Redis that is killed, emptied and suspended.
local clients = require("spec.support.clients.clients")
local confidential = require("spec.support.asserts.confidential")
local core = require("rtk.core")
local process = require("spec_process")
local random = require("spec.support.data.random")
local redis_limiter = require("spec.support.clients.redis_limiter")
local redis_server = require("spec.support.servers.redis_server")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

local admit, count, observe = redis_limiter.admit, redis_limiter.count, redis_limiter.observe

describe("rtk.rate_limit.redis", function()
  local server = redis_server.around()

  local function limiter(options)
    return redis_limiter.new(server, options)
  end

  it("shares one budget between all limiters", function()
    local first, second = limiter(), limiter({ path = server.path })
    assert.equal(0, admit(first))
    assert.equal(0, admit(second))
    assert.equal(48, count(first))
    assert.is_true(admit(second) > 0)
    assert.equal(0, admit(second, true))
  end)

  it("keeps a budget for each key", function()
    assert.equal(50, count(limiter({ key = "a" })))
    assert.equal(50, count(limiter({ key = "b" })))
    assert.equal(0, count(limiter({ key = "a" })))
  end)

  it("shares what one limiter learns", function()
    local first, second = limiter(), limiter()
    admit(first)
    observe(first, {
      status = 200,
      headers = {
        ratelimit = '"default";r=3;t=200',
        ["ratelimit-policy"] = '"default";q=40;w=300',
      },
    })
    assert.equal(1, count(second))
    observe(first, { status = 429, retry_after = 3600 })
    local seconds = admit(second, true)
    assert.is_true(seconds > 3000 and seconds <= 3600, seconds)
  end)

  it("decides atomically, however many ask at once", function()
    -- The quota is too large for admission to delay requests. Each one takes its own slot.
    local self, children = limiter({ quota = 10000 }), {}
    for i = 1, 4 do
      children[i] = process.fork()
      if children[i] == 0 then
        local own = limiter({ quota = 10000 })
        for _ = 1, 200 do
          if admit(own) ~= 0 then process.exit(1) end
        end
        process.exit(0)
      end
    end
    for _, pid in ipairs(children) do
      assert.equal(0, process.wait(pid))
    end
    assert.equal(0, admit(self))
    local remaining = select(3, server:cli("get rtk:rate_limit:1"):match("? (%S+) (%S+) (%S+)"))
    assert.equal(10000 - 801, remaining / 1e6)
  end)

  it("loads the script again when Redis has lost it", function()
    local self = limiter()
    assert.equal(0, admit(self))
    server:cli("script flush")
    local seconds, note = admit(self)
    assert.equal(0, seconds)
    assert.is_nil(note)
  end)

  it("works with a restarted Redis, without a note", function()
    local self = limiter()
    count(self)
    server:kill()
    server:launch()
    local seconds, note = admit(self)
    assert.equal(0, seconds)
    assert.is_nil(note)
  end)

  it("limits alone while Redis is away, reports it once, and comes back", function()
    local self = limiter({ pause = 0.2 })
    admit(self)
    observe(self, { status = 200, headers = { ratelimit = '"default";r=6;t=200' } })
    server:kill()
    local notes, sent = {}, 0
    for _ = 1, 100 do
      local seconds, note = admit(self)
      if seconds == 0 then sent = sent + 1 end
      notes[#notes + 1] = note
      notes[#notes + 1] = observe(self, { status = 200 })
    end
    assert.is_true(sent >= 1 and sent <= 6, sent)
    assert.equal(1, #notes)
    assert.matches("^redis is out of reach %(.+%): limiting in this process alone$", notes[1])
    server:launch()
    local seconds, note
    repeat
      core.sleep(0.05)
      seconds, note = admit(self)
    until note and note:find("back", 1, true)
    assert.equal("redis is back, the limit is shared again", note)
    assert.equal(0, seconds)
    assert.is_nil((select(2, admit(self))))
  end)

  it("waits once for a Redis that does not reply, then does not ask it for a while", function()
    local self = limiter({ timeout = 0.1, pause = 600 })
    server:hold()
    local started = core.now()
    local seconds, note = admit(self)
    local first = core.now() - started
    started = core.now()
    for _ = 1, 200 do
      admit(self)
      observe(self, { status = 200 })
    end
    local others = core.now() - started
    server:release()
    assert.equal(0, seconds)
    assert.truthy(note:find("timeout", 1, true), note)
    assert.is_true(first >= 0.09, first)
    -- Each of the two would have waited for a tenth of a second.
    assert.is_true(others < 200 * 0.1, others)
  end)

  it("is not confused by a connection that it shares with a child", function()
    local self = limiter({ quota = 100000 })
    admit(self)
    local pid = process.fork()
    for _ = 1, 300 do
      local seconds, note = admit(self)
      if pid == 0 and (seconds ~= 0 or note) then process.exit(1) end
      assert.equal(0, seconds)
      assert.is_nil(note)
    end
    if pid == 0 then process.exit(0) end
    assert.equal(0, process.wait(pid))
  end)

  it("emits one event, and calls go on", function()
    local notes = {}
    local answer = { json = { success = true, data = { id = "m1" } } }
    local client = clients.fake({ answer }, {
      rate_limit = limiter({ port = process.free_ports(1)[1] }),
      on_event = function(event)
        if event.type == "limiter" then notes[#notes + 1] = event.message end
      end,
    })
    assert(client.meetings:get("m1"))
    assert(client.meetings:get("m1"))
    assert.equal(1, #notes)
    assert.truthy(notes[1]:find("connection refused", 1, true), notes[1])
  end)

  it("logs in and selects the database, and does not reveal the password", function()
    local closed = redis_server.start("--requirepass s3cret")
    finally(function()
      closed:stop()
    end)
    local self = limiter({ port = closed.port, password = "s3cret", database = 2 })
    assert.is_nil((select(2, admit(self))))
    confidential.check({ s3cret = "password" }, confidential.dump(self), "a limiter")
    assert.truthy(closed:cli("-a s3cret --no-auth-warning -n 2 keys '*'"):find("rtk:rate_limit"))
    local named = limiter({ port = closed.port, username = "default", password = "s3cret" })
    assert.is_nil((select(2, admit(named))))
  end)

  it("starts a new budget for an invalid value of its key, and reports it", function()
    local self, dice = limiter(), random.new(4711)
    admit(self)
    local good = server:cli("get rtk:rate_limit:1")
    local values = { "nonsense", "1e308", "nan", "inf ? 1 1 1", "17", "''", good .. " x" }
    for place = 1, 12 do
      local words = {}
      for word in good:gmatch("%S+") do
        words[#words + 1] = word
      end
      words[place] = dice:pick({ "nan", "1e308", ("9"):rep(30), "-7", "\255" })
      -- Servers choose the names of policies.
      if place ~= 2 then values[#values + 1] = table.concat(words, " ") end
    end
    for _, value in ipairs(values) do
      server:cli("set rtk:rate_limit:1 " .. (value == "''" and value or shell.quote(value)))
      local seconds, note = admit(self)
      assert.equal(0, seconds, value)
      assert.equal(
        "redis: rtk:rate_limit:1 held no valid budget of this version; starting a new one",
        note
      )
      assert.same({ 0 }, { admit(self) })
    end
  end)

  it("does not touch the key of another version", function()
    server:cli("set rtk:rate_limit 17")
    assert.same({ 0 }, { admit(limiter()) })
    assert.equal("17", server:cli("get rtk:rate_limit"))
  end)

  it("works in a program whose locale writes numbers with a comma", function()
    local directory = workdir.new()
    finally(function()
      workdir.remove(directory)
    end)
    shell.check(("localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8"):format(directory))
    local code = ([[
      assert(os.setlocale("de_DE.UTF-8"))
      local rtk = require "rtk"
      local one = rtk.rate_limit.redis { port = %d, timeout = 300, reserve = 0.25, window = 0.5 }
      one:admit {}
      one:observe { status = 429, headers = {}, retry_after = 3600.5, elapsed = 0.125 }
      local seconds, note, spread = one:admit {}
      assert(seconds > 3000 and seconds <= 3600.5 and spread > 1 and not note, note)
    ]]):format(server.port)
    local environment = "ASAN_OPTIONS=detect_leaks=0 LC_ALL=de_DE.UTF-8 LOCPATH="
      .. directory
      .. " "
    shell.check(environment .. shell.interpreter() .. " -e " .. shell.quote(code))
    local seconds, note, spread = admit(limiter())
    assert.is_true(seconds > 3000 and seconds <= 3600.5, seconds)
    assert.is_true(note == nil and spread > 1, note)
  end)

  it("raises for invalid options", function()
    for _, case in ipairs({
      { { prot = 1 }, 'did you mean "port"?' },
      { { port = "1" }, "port must be a number" },
      { { host = "a b" }, "host must be a string without spaces" },
      { { timeout = 0 }, "timeout must be a number of seconds" },
      { { database = -1 }, "database must be a whole number" },
      { { port = 65536 }, "port must be a port, from 1 to 65535" },
      { { ca_file = "ca.pem" }, "ca_file has no effect without tls = true" },
      { { tls = true, path = "/run/redis" }, "give path or tls, not both" },
      { { tls = true, ca_file = "/nonexistent" }, "cannot read the certificates of ca_file" },
    }) do
      local message = clients.misuse_of(rtk.rate_limit.redis, case[1])
      assert.truthy(message:find(case[2], 1, true), message)
    end
  end)

  for module, case in pairs({
    socket = { "{}", "lua-socket" },
    ssl = { "{ tls = true }", "lua-sec" },
  }) do
    it("names the package where the module " .. module .. " is missing", function()
      local code = [[package.preload["%s"] = function() error("there is none", 0) end
        print(pcall(require("rtk").rate_limit.redis, %s))]]
      local command = shell.interpreter() .. " -e " .. shell.quote(code:format(module, case[1]))
      local output = shell.check(command)
      assert.truthy(output:find("^false"), output)
      assert.truthy(output:find("Debian: " .. case[2], 1, true), output)
    end)
  end
end)
