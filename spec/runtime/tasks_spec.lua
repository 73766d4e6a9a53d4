-- SPDX-License-Identifier: MIT
-- Tasks in cqueues, luv and hosts: functions that run concurrently with their caller, and cancelled
-- ones.

local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local hosts = require("spec.support.hosts.fakes")
local loops = require("spec.support.clients.loops")
local slow_client = require("spec.support.clients.slow_client")

for _, loop in ipairs({ loops[1], loops[2], hosts.loop, hosts.sleeping }) do
  describe("a task in " .. loop.name, function()
    local spawn

    setup(function()
      if loop.make then loop.make() end
      spawn = loop.module.spawn
    end)

    local fixture = slow_client.fixture()
    local slow, pending = fixture.slow, fixture.pending

    -- Runs f, which must take much less than the call that it cancels: a minute.
    local function soon(f)
      local start = core.now()
      loop.run(f)
      assert.is_true(core.now() - start < 30)
      assert.equal(0, pending())
    end

    it("returns the results of its function to every caller, repeatedly", function()
      local results = {}
      loop.run(function()
        local task = spawn(function()
          loop.sleep(0.02)
          return 1, nil, 3, nil
        end)
        local callers = {}
        for index = 1, 2 do
          callers[index] = spawn(function()
            results[index] = { task:wait() }
          end)
        end
        assert.same({ true, 1, nil, 3, nil }, { task:wait() })
        assert.equal(5, select("#", task:wait()))
        assert(callers[1]:wait() and callers[2]:wait())
      end)
      assert.same({ true, 1, nil, 3 }, results[1])
      assert.same({ true, 1, nil, 3 }, results[2])
    end)

    it("returns the error of its function", function()
      local problem = {}
      loop.run(function()
        local task = spawn(function()
          slow(5)
          error(problem)
        end)
        local ok, raised = task:wait()
        assert.is_false(ok)
        assert.equal(problem, raised)
      end)
    end)

    it("can be cancelled while it waits for a call", function()
      local went_on
      soon(function()
        local task = spawn(function()
          slow(600000)
          went_on = true
        end)
        assert(slow(50))
        assert.equal(1, pending())
        task:cancel()
        assert.equal(0, pending())
        assert.same({ false, "the task was cancelled" }, { task:wait() })
        task:cancel()
      end)
      assert.is_nil(went_on)
    end)

    it("can be cancelled while it sleeps or waits in the loop's own functions", function()
      local went_on
      soon(function()
        local limiter = {}
        function limiter.admit()
          return 60
        end
        function limiter.observe() end
        local limited = slow_client.new(fixture.server, { rate_limit = limiter })
        local sleeping = spawn(function()
          slow_client.get(limited, 0)
          went_on = true
        end)
        loop.sleep(0.02)
        sleeping:cancel()
        assert.is_false(sleeping:wait())
      end)
      assert.is_nil(went_on)
    end)

    it("can be cancelled before it starts, and while it waits for a task", function()
      local went_on
      soon(function()
        local inner = spawn(function()
          slow(600000)
        end)
        local outer = spawn(function()
          inner:wait()
          went_on = true
        end)
        local early = spawn(function()
          slow(600000)
          went_on = true
        end)
        early:cancel()
        loop.sleep(0.05)
        outer:cancel()
        assert.equal(1, pending())
        inner:cancel()
        assert.is_false(inner:wait())
        assert.is_false(outer:wait())
      end)
      assert.is_nil(went_on)
    end)

    it("cancels the tasks that it spawned", function()
      local went_on
      soon(function()
        local other
        local task = spawn(function()
          local child = spawn(function()
            spawn(function()
              slow(600000)
              went_on = true
            end):wait()
            went_on = true
          end)
          other = spawn(function()
            return "done"
          end)
          child:wait()
          went_on = true
        end)
        assert(slow(50))
        assert.equal(1, pending())
        task:cancel()
        assert.same({ true, "done" }, { other:wait() })
      end)
      assert.is_nil(went_on)
    end)

    it("is not cancelled while it runs or after it has ended", function()
      loop.run(function()
        local task
        task = spawn(function()
          loop.sleep(0.01)
          task:cancel()
          return "done"
        end)
        assert.same({ true, "done" }, { task:wait() })
        task:cancel()
        assert.same({ true, "done" }, { task:wait() })
      end)
    end)

    it("does not wait for itself, nor where the loop cannot resume", function()
      loop.run(function()
        local task
        task = spawn(function()
          loop.sleep(0.01)
          task:wait()
        end)
        assert.matches("cannot wait for itself", select(2, task:wait()))
        -- Tasks of plain Lua can be waited for anywhere.
        if loop == hosts.sleeping then return end
        task = spawn(function()
          loop.sleep(0.05)
        end)
        table.sort({ 1, 2 }, function()
          local message = clients.misuse_of(task.wait, task)
          assert.matches("only be waited for in coroutines of that loop", message)
          return false
        end)
      end)
    end)

    it("cancels the pages in flight of a loop that was left", function()
      fixture.client:close()
      fixture.client =
        slow_client.new(fixture.server, { base_url = fixture.server.http .. "/pages" })
      soon(function()
        local each = fixture.client.meetings:each(
          { per_page = 100 },
          { prefetch = 8, max_items = 3 }
        )
        assert(each() and each() and each())
        assert.is_nil(each())
        assert.equal(0, pending())
      end)
    end)

    it("reports why a call failed when the transport breaks down", function()
      local broken, cancelled = {}, 0
      function broken.submit()
        return 1
      end
      function broken.step()
        error("not enough memory", 0)
      end
      function broken.cancel()
        cancelled = cancelled + 1
        return true, true
      end
      local result
      soon(function()
        result = loop.module.new(broken):send({ timeout = 5 })
      end)
      assert.equal("cancelled", result.kind)
      assert.equal("not enough memory", result.message)
      assert.is_true(result.sent)
      assert.equal(1, cancelled)
    end)

    it("reports when the transport cannot start a call", function()
      local full = {}
      function full.submit()
        return nil, "out of descriptors"
      end
      soon(function()
        local result = loop.module.new(full):send({ timeout = 5 })
        assert.same(
          { kind = "connection", message = "out of descriptors", sent = false, elapsed = 0 },
          result
        )
      end)
    end)
  end)
end
