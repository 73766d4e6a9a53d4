-- SPDX-License-Identifier: MIT
-- Combinations of features that other specs cover one by one, against an emulator whose answers
-- take a tenth of a second of virtual time.

local clients = require("spec.support.clients.clients")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")
local virtual_time = require("spec.support.clients.virtual_time")

describe("together,", function()
  local DELAY = 0.1
  local clock, emulator, transport

  virtual_time.around(function(new_clock)
    clock = new_clock
  end)

  -- A client of a new emulator, on the virtual clock.
  local function start(options, emulator_options)
    emulator = new_emulator(emulator_options or {})
    local inner, last = emulator:client({})._channel.transport, clock.now
    transport = clock:transport(function(request)
      emulator:advance(clock.now - last)
      last = clock.now
      inner:submit(request)
      return inner:step()[1], DELAY
    end)
    local all = { api_token = "any", account_id = emulator.account_id }
    all.app_id, all.transport = emulator.app_id, transport
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    return rtk.new(all)
  end

  local function count(status)
    local found = 0
    for _, entry in ipairs(emulator:journal()) do
      if entry.status == status then found = found + 1 end
    end
    return found
  end

  local function by_title(api, request)
    for found in api.meetings:each({ search = request.body.title }, { prefetch = 2 }) do
      if found.title == request.body.title then return found end
    end
    return false
  end

  it("reconcile, gather, prefetch and a limiter make each object once, unrefused", function()
    local client = start({
      rate_limit = rtk.rate_limit.memory({ quota = 20, window = 10 }),
      max_retry_wait = 600,
    }, { rate_limit = { quota = 20, window = 10, block = 300 } })
    emulator:fault({ operation = "POST /meetings", kind = "close", after = true, times = 12 })
    local functions = {}
    for index = 1, 24 do
      functions[index] = function()
        return client.meetings:create({ title = ("Case %02d."):format(index) }, {
          reconcile = by_title,
        })
      end
    end
    for index, result in ipairs(rtk.gather(functions, { concurrency = 24 })) do
      assert.equal(("Case %02d."):format(index), assert(result[2], result[3]).title)
    end
    assert.equal(0, count(429))
    assert.equal(24, client.meetings:list().paging.total_count)
  end)

  it("reconcile, total_timeout and a limiter end in a failure that is in no doubt", function()
    local client = start({ rate_limit = rtk.rate_limit.memory({ quota = 4, window = 300 }) })
    emulator:fault({ operation = "POST /meetings", kind = "close", times = 1 })
    local meeting, message, err = client.meetings:create({ title = "Once" }, {
      total_timeout = 5,
      reconcile = function(api)
        assert(api.meetings:list())
        return false
      end,
    })
    assert.is_nil(meeting)
    assert.equal("rate_limit", err.kind)
    assert.equal(1, err.attempts)
    assert.is_false(err.maybe_executed)
    assert.is_true(err.retry_after > 5)
    assert.matches("more than total_timeout allows .*; before that: ", message)
    assert.is_true(clock.now - 1000 < 5)
  end)

  it("minting goes first while others walk with prefetch, and nobody is refused", function()
    local client = start({
      rate_limit = rtk.rate_limit.memory({ quota = 40, window = 20, reserve = 0.25 }),
      max_retry_wait = 600,
    }, { rate_limit = { quota = 40, window = 20, block = 300 } })
    emulator:seed({ meetings = 60 })
    local meeting = assert(client.meetings:create({ title = "Room" }))
    local function walk()
      local seen = {}
      for found in client.meetings:each({ per_page = 2 }, { prefetch = 8 }) do
        assert.is_nil(seen[found.id])
        seen[found.id], seen[#seen + 1] = true, found.id
      end
      return #seen
    end
    local function mint()
      local longest = 0
      for index = 1, 9 do
        local began = clock.now
        assert(meeting:add_participant({
          name = "N",
          preset_name = "group_call_host",
          custom_participant_id = "u" .. index,
        }))
        longest = math.max(longest, clock.now - began)
      end
      return longest
    end
    local results = rtk.gather({ walk, mint, walk })
    assert.same({ n = 2, true, 61 }, results[1])
    assert.same({ n = 2, true, 61 }, results[3])
    assert.is_true(results[2][2] < 2 * DELAY, results[2][2])
    assert.equal(0, count(429))
  end)

  it("prefetch and retries get over a bad page, and stop at one that stays bad", function()
    local client = start()
    emulator:seed({ meetings = 20 })
    emulator:fault({ operation = "GET /meetings", kind = "status", status = 503, times = 3 })
    local all = 0
    for _ in client.meetings:each({ per_page = 2 }, { prefetch = 4 }) do
      all = all + 1
      if all == 5 then break end
    end
    assert.equal(5, all)
    assert.equal(3, count(503))
    local seen = 0
    local message = clients.misuse_of(function()
      for _ in client.meetings:each({ per_page = 2 }, { prefetch = 4 }) do
        seen = seen + 1
        if seen == 4 then
          emulator:fault({ operation = "GET /meetings", kind = "status", status = 403 })
        end
      end
    end)
    assert.matches("page %d+: .*HTTP 403", message)
    assert.equal(2 * (tonumber(message:match("page (%d+)")) - 1), seen)
    assert.equal(0, transport:pending())
  end)

  it("close ends a walk with prefetch, a wait at the limiter and a wait for a retry", function()
    local client = start({ rate_limit = rtk.rate_limit.memory({ quota = 8, window = 30 }) })
    emulator:seed({ meetings = 40 })
    emulator:fault({ operation = "GET /presets", kind = "status", status = 503, retry_after = 9 })
    local results = rtk.gather({
      function()
        return client.presets:list()
      end,
      function()
        for _ in client.meetings:each({ per_page = 1 }, { prefetch = 3 }) do
        end
      end,
      function()
        clock.now = clock.now + DELAY
        assert(client.meetings:list({}, { priority = true }))
        client:close()
      end,
    })
    assert.equal("cancelled", results[1][4].kind)
    assert.matches("before that: .*HTTP 503", results[1][3])
    assert.is_false(results[2][1])
    assert.matches("client was closed", results[2][2])
    assert.is_true(results[3][1])
    assert.equal(0, transport:pending())
  end)

  it("a listener that raises ends the one function, or the loop, that its event is of", function()
    local client = start({
      on_event = function(event)
        if event.type == "response" and event.url:find("presets") then error("listener", 0) end
      end,
    })
    local results = rtk.gather({
      function()
        return #assert(client.meetings:list())
      end,
      function()
        return client.presets:list()
      end,
    })
    assert.same({ { n = 2, true, 0 }, { n = 2, false, "listener" } }, results)
    local raised = clients.misuse_of(function()
      for _ in client.presets:each({}, { prefetch = 2 }) do
      end
    end)
    assert.equal("listener", raised)
    assert(client.meetings:list())
  end)

  it("an app's client spends the limit of the client that it comes from", function()
    local asked = 0
    local limiter = { observe = function() end }
    function limiter.admit()
      asked = asked + 1
      return 0
    end
    local client = start({ rate_limit = limiter })
    local app = assert(client.apps:list())[1]
    local meeting = assert(app.meetings:create({ title = "Other" }))
    assert(meeting:update({ title = "More" }, { total_timeout = 3, priority = true }))
    assert.equal(3, asked)
  end)
end)
