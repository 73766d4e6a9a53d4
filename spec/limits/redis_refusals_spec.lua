-- SPDX-License-Identifier: MIT
-- Error replies of Redis. Those that waiting does not fix fail the calls; during the others, and
-- without a reachable Redis, calls go on.
local clients = require("spec.support.clients.clients")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local redis_limiter = require("spec.support.clients.redis_limiter")
local redis_server = require("spec.support.servers.redis_server")

local admit, observe = redis_limiter.admit, redis_limiter.observe

describe("rtk.rate_limit.redis, after an error reply,", function()
  local server = redis_server.around()
  local closed

  setup(function()
    closed = redis_server.start("--requirepass s3cret")
    local cli = "-a s3cret --no-auth-warning "
    closed:cli(cli .. "acl setuser fleet on '>fl33t' '~rtk:*' +evalsha +script +get +set +time")
    closed:cli(cli .. "acl setuser reader on '>r3ader' '~*' +get +time")
    closed:cli(cli .. "acl setuser foreign on '>f0reign' '~other:*' +@all")
  end)

  teardown(function()
    closed:stop()
  end)

  -- The message of a call whose limiter gets an error; nothing may be sent.
  local function failure_of(options)
    local notes = {}
    local answer = { json = { success = true, data = { id = "m1" } } }
    local client, transport = clients.fake({ answer }, {
      rate_limit = redis_limiter.new(server, options),
      on_event = function(event)
        notes[#notes + 1] = event.type
      end,
    })
    local value, message, err = client.meetings:create({ title = "T" })
    assert.is_nil(value)
    assert.equal(0, #transport.requests)
    assert.same({ "cancelled", 0, false }, { err.kind, err.attempts, err.maybe_executed })
    assert.same({ "call" }, notes)
    assert.falsy(message:find("out of reach", 1, true), message)
    return message
  end

  it("logs in as a user of an access control list", function()
    local self = redis_limiter.new(server, {
      port = closed.port,
      username = "fleet",
      password = "fl33t",
    })
    assert.same({ 0 }, { admit(self) })
    assert.is_nil(observe(self, { status = 200 }))
  end)

  for title, case in pairs({
    ["a wrong password"] = { { password = "wr0ng" }, "WRONGPASS" },
    ["a wrong user"] = { { username = "nobody", password = "s3cret" }, "WRONGPASS" },
    ["no password"] = { {}, "NOAUTH" },
    ["a user who may not run scripts"] = { { username = "reader", password = "r3ader" }, "NOPERM" },
    ["a user who may not touch the key"] = { { username = "foreign", password = "f0reign" }, "" },
    ["a database that is not there"] = { { password = "s3cret", database = 999 }, "out of range" },
  }) do
    it("fails calls for " .. title, function()
      local options = { port = closed.port }
      for name, value in pairs(case[1]) do
        options[name] = value
      end
      local message = failure_of(options)
      assert.truthy(message:find("not sent: the rate limiter's redis refuses: ", 1, true), message)
      assert.truthy(message:find(case[2], 1, true), message)
      assert.falsy(options.password and message:find(options.password, 1, true), message)
    end)
  end

  it("fails calls when the key holds another type", function()
    server:cli("rpush rtk:rate_limit:1 a")
    assert.truthy(failure_of({}):find("WRONGTYPE", 1, true))
    server:cli("del rtk:rate_limit:1")
    assert.same({ 0 }, { admit(redis_limiter.new(server)) })
  end)

  it("works again once the login succeeds", function()
    local self =
      redis_limiter.new(server, { port = closed.port, username = "late", password = "p" })
    assert.is_nil((admit(self)))
    closed:cli("-a s3cret --no-auth-warning acl setuser late on '>p' '~*' +@all")
    assert.same({ 0 }, { admit(self) })
  end)

  -- A server that replies with one line to everything.
  local function note_of(line, options)
    local liar = rawserver.start({ "send", line, "hold" })
    local given = { port = liar.port, timeout = 30 }
    for name, value in pairs(options or {}) do
      given[name] = value
    end
    local seconds, note = admit(redis_limiter.new(server, given))
    liar:stop()
    return seconds, note
  end

  for _, line in ipairs({
    "-LOADING Redis is loading the dataset in memory",
    "-CLUSTERDOWN The cluster is down",
    "-MASTERDOWN Link with MASTER is down",
    "-READONLY You can't write against a read only replica.",
    "-ERR max number of clients reached",
    "-OOM command not allowed when used memory is above maxmemory",
    "-ERR Error running script (call to f_1): @user_script:9: READONLY You cannot write",
    "-MOVED 1 nowhere?:99",
    "HTTP/1.1 400 Bad Request",
    "$99999999999",
    "$nan",
    "$-1",
    "*1",
    "",
  }) do
    it("limits alone after the reply " .. line:sub(1, 40), function()
      local seconds, note = note_of(line .. "\\r\\n")
      assert.equal(0, seconds)
      assert.truthy(note:find("redis is out of reach", 1, true), note)
      assert.falsy(note:find("(timeout)", 1, true), note)
    end)
  end

  it("rejects replies that are not seconds", function()
    local sha = ("ab"):rep(20)
    for _, answer in ipairs({
      "nan nan 0",
      "inf 0 0",
      "1e308 0 0",
      "-5 0 0",
      "0.5 0 0",
      "86400000001 0 0",
      "0 99999999999999999999 0",
      "0 0 2",
      "soon",
      "",
    }) do
      local reply = ("$40\\r\\n%s\\r\\n$%d\\r\\n%s\\r\\n"):format(sha, #answer, answer)
      local seconds, note = note_of(reply)
      assert.equal(0, seconds)
      assert.truthy(note:find("unexpected reply", 1, true), note)
    end
  end)

  it("quotes Redis in one bounded line, without the password", function()
    local words = "-WRONGTYPE \\x1b[31mp4ssword " .. ("x"):rep(3000)
    local seconds, note = note_of(words .. "\\r\\n", { password = "p4ssword" })
    assert.is_nil(seconds)
    assert.is_true(#note < 1200, #note)
    assert.falsy(note:find("[%c]"), note)
    assert.falsy(note:find("p4ssword", 1, true), note)
    assert.truthy(note:find("[redacted]", 1, true), note)
  end)

  it("still limits alone when Redis is unreachable", function()
    local self = redis_limiter.new(server, { port = process.free_ports(1)[1], password = "p" })
    local seconds, note = admit(self)
    assert.equal(0, seconds)
    assert.truthy(note:find("out of reach", 1, true), note)
  end)
end)
