-- SPDX-License-Identifier: MIT
-- The limiter in Redis, used by coroutines of event loops with a real Redis.
local with_ticker = require("spec.support.clients.with_ticker")
local core = require("rtk.core")
local loops = require("spec.support.clients.loops")
local process = require("spec_process")
local redis_limiter = require("spec.support.clients.redis_limiter")
local redis_server = require("spec.support.servers.redis_server")
local rtk = require("rtk")

local admit, count = redis_limiter.admit, redis_limiter.count

for _, loop in ipairs(loops) do
  describe("rtk.rate_limit.redis in " .. loop.name, function()
    local server = redis_server.around()

    local function limiter(options)
      return redis_limiter.new(server, options)
    end

    local function run(f, tick)
      with_ticker(loop, f, tick)
    end

    it("shares one budget with other limiters", function()
      local inside, through_path, outside = limiter(), limiter({ path = server.path }), limiter()
      assert.equal(0, admit(outside))
      run(function()
        assert.equal(0, admit(inside))
        assert.equal(48, count(through_path))
        assert.is_true(admit(inside) > 0)
        assert.equal(0, admit(inside, true))
      end)
      assert.is_true(admit(outside) > 0)
    end)

    it("lets the loop run while Redis does not reply", function()
      local self, ticked, seconds, note = limiter(), 0, nil, nil
      server:hold()
      run(function()
        seconds, note = admit(self)
      end, function(ticks)
        ticked = ticks
        if ticks == 5 then server:release() end
      end)
      -- If the loop were blocked, Redis would never be resumed.
      assert.is_true(ticked >= 5)
      assert.equal(0, seconds)
      assert.is_nil(note)
    end)

    it("limits the calls of a client", function()
      local emulator = require("rtk.emulator").new()
      local client, results = emulator:client({ rate_limit = limiter() }), nil
      run(function()
        local calls = {}
        for index = 1, 20 do
          calls[index] = function()
            return assert(client.meetings:list())
          end
        end
        results = rtk.gather(calls)
      end)
      for index = 1, 20 do
        assert.is_true(results[index][1], tostring(results[index][2]))
      end
      -- Of the quota that the replies tell, all of them are spent, and none has no answer.
      local quota, remaining, pending =
        server:cli("get rtk:rate_limit:1"):match("^%S+ %S+ (%d+) %S+ (%d+) %S+ %S+ %S+ %S+ (%d+)")
      assert.same({ 20, 0 }, { (quota - remaining) / 1e6, tonumber(pending) })
    end)

    it("limits alone after the timeout, and does not ask Redis for a while", function()
      local self, notes = limiter({ timeout = 0.1, pause = 600 }), {}
      server:hold()
      local start = core.now()
      run(function()
        for _ = 1, 20 do
          local seconds, note = admit(self)
          assert.equal(0, seconds)
          notes[#notes + 1] = note
        end
      end)
      assert.is_true(core.now() - start >= 0.09)
      assert.same({ "redis is out of reach (timeout): limiting in this process alone" }, notes)
    end)

    it("reports when Redis is gone and when it is back", function()
      local self = limiter({ pause = 0.05 })
      run(function()
        assert.equal(0, admit(self))
        server:kill()
        local _, note = admit(self)
        assert.matches("^redis is out of reach %(.+%): limiting in this process alone$", note)
        server:launch()
        repeat
          loop.sleep(0.05)
          note = select(2, admit(self))
        until note
        assert.equal("redis is back, the limit is shared again", note)
      end)
    end)

    it("logs in and chooses the database", function()
      local closed = redis_server.start("--requirepass s3cret")
      finally(function()
        closed:stop()
      end)
      run(function()
        local self = limiter({ port = closed.port, password = "s3cret", database = 2 })
        assert.same({ 0 }, { admit(self) })
        local seconds, note = admit(limiter({ port = closed.port }))
        assert.is_nil(seconds)
        assert.truthy(note:find("NOAUTH", 1, true), note)
      end)
      assert.truthy(closed:cli("-a s3cret --no-auth-warning -n 2 keys '*'"):find("rtk:rate_limit"))
    end)

    it("resolves names", function()
      run(function()
        assert.same({ 0 }, { admit(limiter({ host = "localhost" })) })
        local _, note = admit(limiter({ host = "nowhere.invalid", timeout = 5 }))
        -- A name server may be too far away to say that there is none.
        local found = note:find("no address of nowhere.invalid", 1, true) or note:find("(timeout)")
        assert.truthy(found, note)
      end)
    end)

    it("reports that nothing listens", function()
      run(function()
        local _, note = admit(limiter({ port = process.free_ports(1)[1] }))
        assert.truthy(note:find("(connection refused)", 1, true), note)
      end)
    end)
  end)
end
