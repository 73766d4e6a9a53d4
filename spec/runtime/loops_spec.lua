-- SPDX-License-Identifier: MIT
-- The behaviour of calls that cqueues, luv and hosts share. luv's runtime is that of a host with a
-- loop.

local core = require("rtk.core")
local hosts = require("spec.support.hosts.fakes")
local loops = require("spec.support.clients.loops")
local new_emulator = require("rtk.emulator").new
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local rtk = require("rtk")
local slow_client = require("spec.support.clients.slow_client")
local webserver = require("spec.support.servers.webserver")

local slow, meet = slow_client.get, slow_client.meet
local OK = "HTTP/1.1 200 OK\\r\\nContent-Length: 34\\r\\n\\r\\n"
  .. '{"success":true,"data":{"id":"m"}}'
local LATER = "HTTP/1.1 429 No\\r\\nRetry-After: 1\\r\\nContent-Length: 0\\r\\n\\r\\n"

for _, loop in ipairs({ loops[1], loops[2], hosts.sleeping }) do
  describe("a call in " .. loop.name, function()
    local server = webserver.around()
    local clients

    setup(function()
      if loop.make then loop.make() end
    end)

    before_each(function()
      clients = {}
    end)

    after_each(function()
      for _, client in ipairs(clients) do
        client:close()
      end
    end)

    local function new_client(options)
      local client = slow_client.new(server, options)
      clients[#clients + 1] = client
      return client
    end

    -- A call that meets others after five ticks of a timer.
    local function meet_after_ticks(client, name, count)
      return function()
        for _ = 1, 5 do
          loop.sleep(0.01)
        end
        assert(meet(client, name, count))
      end
    end

    it("overlaps with 49 others and with a timer, and then the loop ends", function()
      local client, functions, count = new_client(), {}, 0
      for index = 1, 50 do
        functions[index] = function()
          assert.equal("GET", assert(meet(client, "fifty", 51)).method)
          count = count + 1
        end
      end
      functions[51] = meet_after_ticks(client, "fifty", 51)
      loop.run((rawget(table, "unpack") or rawget(_G, "unpack"))(functions))
      assert.equal(50, count)
    end)

    it("sleeps without a client while the loop runs on", function()
      local has_run, sleeps = false, 0
      loop.run(function()
        while not has_run do
          sleeps = sleeps + 1
          assert(sleeps < 1000, "nothing else goes on")
          rtk.sleep(0.05)
        end
      end, function()
        loop.sleep(0.01)
        has_run = true
      end)
      assert.is_true(sleeps > 0)
    end)

    it("does not block the loop between attempts", function()
      local refusing = rawserver.start({ "read", "send", LATER, "read", "send", OK })
      finally(function()
        refusing:stop()
      end)
      local ticks, ticks_at, start = 0, {}, core.now()
      local client = new_client({
        base_url = refusing.url,
        max_retries = 1,
        on_event = function(event)
          ticks_at[event.type .. event.attempt] = ticks
        end,
      })
      local is_done
      loop.run(function()
        local reply, message = client.meetings:get("m")
        is_done = true
        assert(reply, message)
        assert.equal(2, rtk.response(reply).attempts)
      end, function()
        while not is_done do
          loop.sleep(0.01)
          ticks = ticks + 1
        end
      end)
      assert.is_true(core.now() - start >= 1)
      -- A late loop still fires its timers in order.
      assert.is_true(ticks_at.request2 > ticks_at.response1)
    end)

    it("does not block the loop while a limiter makes it wait", function()
      local limiter, asked, ticks = {}, 0, 0
      function limiter.admit()
        asked = asked + 1
        assert(asked < 1000, "nothing else goes on")
        return ticks < 6 and 0.05 or 0
      end
      function limiter.observe() end
      local client = new_client({ rate_limit = limiter })
      loop.run(function()
        assert(slow(client, 0))
      end, function()
        while ticks < 6 do
          loop.sleep(0.01)
          ticks = ticks + 1
        end
      end)
      assert.is_true(asked > 1)
    end)

    it("fails as elsewhere when nothing listens", function()
      local url = ("http://127.0.0.1:%d"):format(process.free_ports(1)[1])
      local client = new_client({ base_url = url, max_retries = 1 })
      loop.run(function()
        local reply, _, err = client.meetings:get("m")
        assert.is_nil(reply)
        assert.equal("connection", err.kind)
        assert.equal(2, err.attempts)
      end)
    end)

    it("ends at its timeout", function()
      local client = new_client({ max_retries = 0, timeout = 0.1 })
      loop.run(function()
        assert.equal("timeout", select(3, slow(client, 60000)).kind)
      end)
    end)

    it("gathers, even within gathered functions", function()
      local client, results = new_client(), nil
      local function three(f)
        return rtk.gather({ f, f, f })
      end
      loop.run(function()
        results = three(function()
          return three(function()
            return three(function()
              return meet(client, "gathered", 28).method
            end)
          end)
        end)
      end, meet_after_ticks(client, "gathered", 28))
      assert.same({ n = 2, true, "GET" }, results[3][2][1][2][2])
    end)

    it("keeps errors of gathered functions apart", function()
      local client = new_client()
      loop.run(function()
        local results = rtk.gather({
          function()
            slow(client, 10)
            error("one", 0)
          end,
          function()
            return slow(client, 50).method
          end,
        })
        assert.same({ n = 2, false, "one" }, results[1])
        assert.same({ n = 2, true, "GET" }, results[2])
      end)
    end)

    it("iterates with pages in flight, and cancels those that it does not need", function()
      local client, count = new_client({ base_url = server.http .. "/pages" }), 0
      loop.run(function()
        local options = { prefetch = 8, max_items = 3200 }
        for meeting in client.meetings:each({ per_page = 100 }, options) do
          count = count + 1
          assert.is_string(meeting.id)
        end
      end)
      assert.equal(3200, count)
      -- Each answer takes 50 ms, so only a stall can keep two of them apart.
      local most = server:count("pages")
      assert.is_true(most > 1 and most <= 9, most)
    end)

    it("overlaps with calls of another client", function()
      local one, two = new_client(), new_client()
      loop.run(function()
        assert(meet(one, "clients", 2))
      end, function()
        assert(meet(two, "clients", 2))
      end)
    end)

    it("gets its result when a blocking call receives it", function()
      local client, got = new_client(), {}
      loop.run(function()
        got[1] = assert(meet(client, "blocking", 2)).method
      end, function()
        loop.sleep(0.01)
        -- Nothing can yield through a C function.
        table.sort({ 1, 2 }, function()
          got[2] = got[2] or assert(meet(client, "blocking", 2)).method
          while client._channel.transport:pending() > 0 do
            assert(slow(client, 5))
          end
          assert.is_nil(got[1])
          return false
        end)
      end)
      assert.same({ "GET", "GET" }, got)
    end)

    it("runs only its own tasks in a gather where it cannot yield", function()
      local client, results = new_client(), nil
      loop.run(function()
        table.sort({ 1, 2 }, function()
          results = results
            or rtk.gather({
              function()
                return slow(client, 50).method
              end,
              function()
                return slow(client, 50).method
              end,
            })
          return false
        end)
      end)
      assert.same({ n = 2, true, "GET" }, results[2])
    end)

    it("ends as cancelled when the client is closed", function()
      local client, errors = new_client(), {}
      local function get()
        local _, _, err = slow(client, 600000)
        errors[#errors + 1] = err
      end
      loop.run(get, get, function()
        loop.sleep(0.05)
        client:close()
      end)
      assert.equal("cancelled", errors[1].kind)
      assert.equal("cancelled", errors[2].kind)
      assert.is_true(errors[1].maybe_executed == false)
    end)

    it("works when a new client gets the descriptor of a closed one", function()
      loop.run(function()
        for _ = 1, 5 do
          local client = new_client()
          assert(slow(client, 5))
          client:close()
        end
      end)
    end)

    it("needs no network", function()
      local client, results = new_emulator():client({}), nil
      loop.run(function()
        local functions = {}
        for index = 1, 10 do
          functions[index] = function()
            return assert(client.meetings:create({ title = "M" .. index })).title
          end
        end
        results = rtk.gather(functions)
      end)
      assert.same({ n = 2, true, "M7" }, results[7])
    end)
  end)
end
