-- SPDX-License-Identifier: MIT
-- What calls do in cqueues and luv alike.

local core = require("rtk.core")
local loops = require("spec.support.loops")
local new_emulator = require("rtk.emulator").new
local process = require("spec_process")
local rawserver = require("spec.support.rawserver")
local rtk = require("rtk")
local slow_client = require("spec.support.slow_client")
local webserver = require("spec.support.webserver")

local slow = slow_client.get
local OK = "HTTP/1.1 200 OK\\r\\nContent-Length: 26\\r\\n\\r\\n" .. '{"success":true,"data":{}}'
local LATER = "HTTP/1.1 429 No\\r\\nRetry-After: 1\\r\\nContent-Length: 0\\r\\n\\r\\n"

for _, loop in ipairs(loops) do
  describe("a call in " .. loop.name, function()
    local server, clients

    setup(function()
      server = webserver.start()
    end)

    teardown(function()
      server:stop()
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

    -- Runs f beside a timer, and returns how often that ticked, every 10 ms, and the seconds.
    local function with_ticks(f)
      local ticks, is_done, start = 0, false, core.now()
      loop.run(function()
        f()
        is_done = true
      end, function()
        while not is_done do
          loop.sleep(0.01)
          ticks = ticks + 1
        end
      end)
      return ticks, core.now() - start
    end

    it("overlaps with 49 others and with a timer, and then the loop ends", function()
      local client, functions, count, ticks = new_client(), {}, 0, 0
      for index = 1, 50 do
        functions[index] = function()
          assert.equal("GET", assert(slow(client, 200)).method)
          count = count + 1
        end
      end
      functions[51] = function()
        while count < 50 do
          loop.sleep(0.01)
          ticks = ticks + 1
        end
      end
      local start = core.now()
      loop.run((rawget(table, "unpack") or rawget(_G, "unpack"))(functions))
      assert.equal(50, count)
      assert.is_true(core.now() - start < 3)
      assert.is_true(ticks >= 5, ticks .. " ticks")
    end)

    it("does not hold up the loop while it waits to be repeated", function()
      local refusing = rawserver.start({ "read", "send", LATER, "read", "send", OK })
      finally(function()
        refusing:stop()
      end)
      local client = new_client({ base_url = refusing.url, max_retries = 1 })
      local ticks, seconds = with_ticks(function()
        local reply, message = client.meetings:get("m")
        assert(reply, message)
        assert.equal(2, rtk.response(reply).attempts)
      end)
      assert.is_true(seconds >= 1)
      assert.is_true(ticks >= 20, ticks .. " ticks")
    end)

    it("does not hold up the loop while a limit on the rate lets it wait", function()
      local limiter, asked = {}, 0
      function limiter.admit()
        asked = asked + 1
        return asked == 1 and 0.3 or 0
      end
      function limiter.observe() end
      local client = new_client({ rate_limit = limiter })
      local ticks, seconds = with_ticks(function()
        assert(slow(client, 0))
      end)
      assert.is_true(seconds >= 0.3)
      assert.is_true(ticks >= 6, ticks .. " ticks")
    end)

    it("fails as elsewhere when nobody listens", function()
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
        assert.equal("timeout", select(3, slow(client, 3000)).kind)
      end)
    end)

    it("gathers, also within functions that are gathered", function()
      local client, results = new_client(), nil
      local function three(f)
        return rtk.gather({ f, f, f })
      end
      local ticks, seconds = with_ticks(function()
        results = three(function()
          return three(function()
            return three(function()
              return slow(client, 200).method
            end)
          end)
        end)
      end)
      assert.same({ n = 2, true, "GET" }, results[3][2][1][2][2])
      assert.is_true(seconds < 2, seconds .. " s")
      assert.is_true(ticks >= 5, ticks .. " ticks")
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

    it("walks lists with pages in flight, and cancels those that it does not need", function()
      local client, count = new_client({ base_url = server.http .. "/pages" }), 0
      local _, seconds = with_ticks(function()
        local options = { prefetch = 8, max_items = 3200 }
        for meeting in client.meetings:each({ per_page = 100 }, options) do
          count = count + 1
          assert.is_string(meeting.id)
        end
      end)
      assert.equal(3200, count)
      -- 32 pages of 50 ms.
      assert.is_true(seconds < 1.2, seconds .. " s")
    end)

    it("overlaps with calls of another client", function()
      local one, two = new_client(), new_client()
      local start = core.now()
      loop.run(function()
        assert(slow(one, 500))
      end, function()
        assert(slow(two, 500))
      end)
      assert.is_true(core.now() - start < 0.95)
    end)

    it("gets its result when a call that blocks receives it", function()
      local client, got = new_client(), {}
      loop.run(function()
        got[1] = assert(slow(client, 50)).method
      end, function()
        loop.sleep(0.01)
        -- Nothing can yield through a C function.
        table.sort({ 1, 2 }, function()
          got[2] = got[2] or assert(slow(client, 200)).method
          assert.is_nil(got[1])
          return false
        end)
      end)
      assert.same({ "GET", "GET" }, got)
    end)

    it("lets nobody but blocked tasks run in a gather where it cannot yield", function()
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
      local start = core.now()
      local function get()
        local _, _, err = slow(client, 5000)
        errors[#errors + 1] = err
      end
      loop.run(get, get, function()
        loop.sleep(0.05)
        client:close()
      end)
      assert.equal("cancelled", errors[1].kind)
      assert.equal("cancelled", errors[2].kind)
      assert.is_true(errors[1].maybe_executed == false)
      assert.is_true(core.now() - start < 1)
    end)

    it("works after a client was closed whose descriptor a new one gets", function()
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
