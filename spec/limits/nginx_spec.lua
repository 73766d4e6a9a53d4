-- SPDX-License-Identifier: MIT
-- Limiters in an nginx with two workers: in a shared dictionary and in Redis.
local limited_nginx = require("spec.support.servers.limited_nginx")
local redis_server = require("spec.support.servers.redis_server")
local server = require("rtk.emulator.server")
local shell = require("spec.support.servers.shell")

local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local HANDLERS, CALLS, QUOTA = 8, 75, 400

describe("inside nginx", function()
  local nginx, redis

  setup(function()
    nginx, redis = limited_nginx.start(), redis_server.start()
  end)

  teardown(function()
    nginx:stop()
    redis:stop()
  end)

  before_each(function()
    redis:cli("flushall")
  end)

  -- Runs code until both workers have run it; it must return the worker's id first.
  local function on_both(code)
    local results, workers = {}, {}
    for _ = 1, 200 do
      local result = nginx:run(code)
      results[#results + 1] = result
      workers[result[1]] = true
      if workers[0] and workers[1] then return results end
    end
    error("one worker took all connections")
  end

  -- Calls from many handlers at once, in windows of the given seconds; returns how many succeeded
  -- and how many were refused.
  local function load_with(limiter, window)
    local limit = { quota = QUOTA, window = window, block = window, real_time = true }
    local emulated = assert(server.start({ emulator = { rate_limit = limit } }))
    finally(function()
      emulated:stop()
    end)
    local succeeded, refused = 0, 0
    local code = ([[
      local api = client { base_url = %q, rate_limit = %s }
      local succeeded, refused = 0, 0
      for _ = 1, %d do
        local page, message, err = api.meetings:list()
        if page then
          succeeded = succeeded + 1
        else
          assert(err.kind == "rate_limit" and err.status == 429, message)
          refused = refused + 1
        end
      end
      return { succeeded, refused }
    ]]):format(emulated.url, limiter, CALLS)
    for _, result in ipairs(nginx:run_all(code, HANDLERS)) do
      succeeded, refused = succeeded + result[1], refused + result[2]
    end
    return succeeded, refused
  end

  it("the API refuses hundreds of calls when nothing limits them", function()
    assert.same({ QUOTA, HANDLERS * CALLS - QUOTA }, { load_with("nil", 3600) })
  end)

  it("a shared dictionary keeps all workers within the limit", function()
    local limiter = 'rtk.rate_limit.shared_dict { name = "limits", key = "load" }'
    assert.same({ HANDLERS * CALLS, 0 }, { load_with(limiter, 2) })
  end)

  it("Redis keeps all workers within the limit", function()
    local limiter = ("rtk.rate_limit.redis { port = %d, timeout = 30 }"):format(redis.port)
    assert.same({ HANDLERS * CALLS, 0 }, { load_with(limiter, 2) })
  end)

  it("workers share what is sent, what is learned and a block", function()
    local take = [[
      kept.shared = kept.shared
        or rtk.rate_limit.shared_dict { name = "limits", key = "block", quota = 1000 }
      return { ngx.worker.id(), kept.shared:admit { priority = false } }
    ]]
    local sent = #on_both(take)
    assert.is_true(sent < 500)
    local remaining = nginx:run([[
      return ngx.shared.limits:get("block:1:budget"):match("? %S+ %S+ (%S+)")
    ]])
    assert.equal(1000 - sent, remaining / 1e6)
    nginx:run([[
      local one = rtk.rate_limit.shared_dict { name = "limits", key = "block" }
      one:observe { status = 429, headers = {}, retry_after = 7777 }
    ]])
    for _, result in ipairs(on_both(take)) do
      assert.is_true(result[2] > 7000 and result[2] <= 7777, result[2])
    end
  end)

  it(
    "a request that finds a dictionary locked asks again soon, and goes on after a crash",
    function()
      local asked = nginx:run([[
      local one = rtk.rate_limit.shared_dict { name = "limits", key = "locked" }
      one:admit {}
      ngx.shared.limits:set("locked:1:lock", true, 2)
      local asked = {}
      for i = 1, 6 do asked[i] = one:admit {} end
      ngx.shared.limits:set("locked:1:lock", true, 0.1)
      repeat
        local seconds = one:admit {}
        ngx.sleep(seconds)
      until seconds == 0
      return asked
    ]])
      for _, seconds in ipairs(asked) do
        assert.is_true(seconds > 0 and seconds < 0.1, seconds)
      end
    end
  )

  it("a lock that does not expire, or not soon, is broken", function()
    local asked = nginx:run([[
      local one = rtk.rate_limit.shared_dict { name = "limits", key = "stuck" }
      local asked = {}
      for _, seconds in ipairs { 0, 86400 } do
        ngx.shared.limits:set("stuck:1:lock", "garbage", seconds)
        one:admit {}
        asked[#asked + 1] = one:admit {}
      end
      return asked
    ]])
    assert.same({ 0, 0 }, asked)
  end)

  it(
    "whatever is in a dictionary, the limiter goes on, and says that it starts a new budget",
    function()
      local results = nginx:run([[
      local random = require("spec.support.data.random").new(4711)
      local dict = ngx.shared.limits
      local one = rtk.rate_limit.shared_dict { name = "limits", key = "fuzz" }
      one:admit {}
      local good = dict:get("fuzz:1:budget")
      local values = { 1e308, -1e308, 1 / 0, 0 / 0, 17, true, false, "", " ", "nan ? nan", "\0\255",
        "1e308 ? 1200 300 1199 0 0 0 0 0 0 0", ("9 "):rep(2000), "0 ? ", good .. " x" }
      local function value()
        if random:chance(50) then return random:pick(values) end
        local place = random:below(#good) + 1
        return good:sub(1, place - 1) .. string.char(random:below(256)) .. good:sub(place + 1)
      end
      local worst, strange, notes = 0, {}, 0
      for turn = 1, 2000 do
        local key = random:pick { "fuzz:1:budget", "fuzz:1:replies" }
        if random:chance(30) then
          dict:delete(key)
          dict:rpush(key, random:below(100))
          dict:rpush(key, "5 ok nan -1 a 1e308")
          if random:chance(50) then dict:rpush(key, "1 refused 1e308 1e308 a 1e308 nan inf -5") end
        else
          dict:set(key, value())
        end
        local ok, seconds, note = pcall(one.admit, one, { priority = random:chance(50) })
        if not ok or type(seconds) ~= "number" then strange[#strange + 1] = tostring(seconds) end
        if ok and seconds > worst and seconds <= 86402 then worst = seconds end
        if ok and seconds > 86402 then strange[#strange + 1] = tostring(seconds) end
        if note then notes = notes + 1 end
        local done, said = pcall(one.observe, one, { status = 200, headers = {} })
        if not done or said then strange[#strange + 1] = tostring(said) end
        if dict:get("fuzz:1:lock") then strange[#strange + 1] = "locked" end
      end
      dict:set("fuzz:1:budget", 1e308)
      local seconds, note = one:admit {}
      local again = { one:admit {} }
      return { strange, notes > 100, seconds, note, #again }
    ]])
      assert.same({}, results[1])
      assert.is_true(results[2])
      assert.equal(0, results[3])
      assert.equal(
        "lua_shared_dict limits: fuzz:1:budget held no valid budget of this version; "
          .. "starting a new one",
        results[4]
      )
      assert.equal(1, results[5])
    end
  )

  it("a decision takes account of a reply that another worker got after it had begun", function()
    local result = nginx:run([[
      local core = require "rtk.core"
      local function after_reply(key, later)
        local one = rtk.rate_limit.shared_dict { name = "limits", key = key }
        local time = ("%.0f"):format((core.now() + later) * 1e6)
        ngx.shared.limits:rpush(key .. ":1:replies", time .. " refused 30 0")
        return (one:admit {})
      end
      return { after_reply("soon", 0.5), after_reply("foreign", 3600) }
    ]])
    assert.is_true(result[1] > 29 and result[1] <= 30, result[1])
    assert.equal(0, result[2])
  end)

  it("an error in a decision does not leave the dictionary locked", function()
    local result = nginx:run([[
      local budget = require("rtk.rate_limit.budget")
      local one = rtk.rate_limit.shared_dict { name = "limits", key = "broken" }
      local admit = budget.admit
      budget.admit = function() error("out of order", 0) end
      local ok, message = pcall(one.admit, one, {})
      budget.admit = admit
      return { ok, message, ngx.shared.limits:get("broken:1:lock") == nil, one:admit {} }
    ]])
    assert.same({ false, "out of order", true, 0 }, result)
  end)

  it("limiters may be created before there are workers", function()
    local results = on_both([[
      local seconds, note = kept.early_redis:admit { priority = false }
      return { ngx.worker.id(), kept.early:admit { priority = false }, seconds, note or "" }
    ]])
    local workers = {}
    for _, result in ipairs(results) do
      assert.same({ 0, 0 }, { result[2], result[3] })
      if not workers[result[1]] then assert.matches("refused", result[4]) end
      workers[result[1]] = true
    end
    local remaining = nginx:run([[
      return ngx.shared.limits:get("early:1:budget"):match("? %S+ %S+ (%S+)")
    ]])
    assert.equal(1200 - #results, remaining / 1e6)
  end)

  it("a full dictionary is reported and delays nothing", function()
    local result = nginx:run([[
      local one = rtk.rate_limit.shared_dict { name = "tiny" }
      local note
      for i = 1, 5000 do
        note = note or one:observe { status = 200, headers = { ratelimit = '"a";r=1;t=1' } }
      end
      local seconds = one:admit { priority = true }
      ngx.shared.tiny:flush_all()
      return { note, seconds }
    ]])
    assert.truthy(result[1]:find("lua_shared_dict tiny", 1, true), result[1])
  end)

  it("a missing dictionary is named, with the directive to add", function()
    local message = nginx:run([[
      return select(2, pcall(rtk.rate_limit.shared_dict, { name = "limit" }))
    ]])
    assert.truthy(message:find('did you mean "limits"?', 1, true), message)
    assert.truthy(message:find("lua_shared_dict limit 64k;", 1, true), message)
    message = nginx:run([[return select(2, pcall(rtk.rate_limit.shared_dict))]])
    assert.truthy(message:find("name", 1, true), message)
  end)

  it("a worker serves requests while it waits for a Redis that does not reply", function()
    redis:hold()
    local result = nginx:run(([[
      local one = rtk.rate_limit.redis { port = %d, timeout = 0.5, quota = 100 }
      local turns, done = 0, false
      local thread = ngx.thread.spawn(function()
        while not done do
          turns = turns + 1
          ngx.sleep(0.01)
        end
      end)
      local seconds, note = one:admit { now = 0, priority = false }
      done = true
      ngx.thread.wait(thread)
      return { seconds, note, turns }
    ]]):format(redis.port))
    redis:release()
    assert.equal(0, result[1])
    assert.truthy(result[2]:find("timeout", 1, true), result[2])
    -- The first fired before; a late worker still fires its timers in order.
    assert.is_true(result[3] >= 2, result[3])
  end)

  it("a permanent error of Redis fails the call, which quotes it", function()
    local result = nginx:run(([[
      local failed = {}
      for _, options in ipairs { { password = "wr0ng", username = "fleet" }, { database = 999 } } do
        options.port = %d
        local api = client { rate_limit = rtk.rate_limit.redis(options) }
        local value, message, err = api.meetings:create { title = "T" }
        failed[#failed + 1] = { value == nil, message, err.kind, err.maybe_executed }
      end
      return failed
    ]]):format(redis.port))
    for index, words in ipairs({ "WRONGPASS", "out of range" }) do
      local value, message, kind, maybe_executed = unpack(result[index])
      assert.same({ true, "cancelled", false }, { value, kind, maybe_executed })
      assert.truthy(message:find(words, 1, true), message)
      assert.falsy(message:find("wr0ng", 1, true), message)
    end
  end)

  it("Redis is asked over TLS when nginx trusts its certificate", function()
    local results = nginx:run(([[
      local asked = {}
      for index, port in ipairs { %d, %d } do
        local one = rtk.rate_limit.redis { port = port, tls = true, timeout = 30, quota = 100 }
        for _ = 1, 3 do
          local seconds, note = one:admit { now = 0, priority = false }
          asked[#asked + 1] = { seconds, note or "" }
        end
      end
      return asked
    ]]):format(nginx.tls.trusted.tls_port, nginx.tls.stranger.tls_port))
    for index = 1, 3 do
      assert.same({ 0, "" }, results[index])
    end
    assert.equal(0, results[4][1])
    assert.matches(
      "out of reach %(TLS: .*; nginx trusts lua_ssl_trusted_certificate%)",
      results[4][2]
    )
    assert.matches("rtk:rate_limit", nginx.tls.trusted:cli("keys '*'"))
    assert.equal("", nginx.tls.stranger:cli("keys '*'"))
  end)

  it("Redis may go away and come back", function()
    local ask = ([[
      kept.redis = kept.redis or rtk.rate_limit.redis { port = %d, timeout = 30, pause = 0.1 }
      local seconds, note = kept.redis:admit { now = 0, priority = false }
      return { ngx.worker.id(), seconds, note or "" }
    ]]):format(redis.port)
    local function notes_of(results)
      local notes = {}
      for _, result in ipairs(results) do
        assert.equal(0, result[2])
        if result[3] ~= "" then notes[#notes + 1] = result[3] end
      end
      return table.concat(notes, "\n")
    end
    assert.equal("", notes_of(on_both(ask)))
    redis:kill()
    assert.matches("redis is out of reach", notes_of(on_both(ask)))
    redis:launch()
    local notes
    for _ = 1, 100 do
      notes = notes_of(on_both(ask))
      if notes:find("redis is back", 1, true) then break end
    end
    assert.matches("redis is back", notes)
  end)

  it("phases without sockets limit in the worker alone, and Redis stays in use", function()
    on_both(([[
      kept.limiter = kept.limiter or rtk.rate_limit.redis { port = %d, timeout = 30 }
      return { ngx.worker.id() }
    ]]):format(redis.port))
    assert.equal("ok", shell.check("curl -sS " .. nginx.url .. "log"))
    local logged
    -- The phase runs after the response.
    for _ = 1, 200 do
      local results = on_both([[
        return { ngx.worker.id(), kept.logged or "", { kept.limiter:admit { priority = false } } }
      ]])
      for _, result in ipairs(results) do
        assert.same({ 0 }, result[3])
        if result[2] ~= "" then logged = result[2] end
      end
      if logged then break end
    end
    assert.equal(0, logged[1])
    assert.truthy(logged[2]:find("no sockets in its phase log", 1, true), logged[2])
  end)
end)
