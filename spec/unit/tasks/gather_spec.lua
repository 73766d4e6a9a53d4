-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local core = require("rtk.core")
local new_emulator = require("rtk.emulator").new
local rtk = require("rtk")
local signals = require("spec.support.asserts.signals")
local virtual_time = require("spec.support.clients.virtual_time")
local webserver = require("spec.support.servers.webserver")

describe("rtk.gather", function()
  it("returns what each function returned, in order, with nils and counts", function()
    local results = rtk.gather({
      function()
        return "a", nil, "c", nil
      end,
      function() end,
      function()
        return nil, "message", { kind = "api" }
      end,
    })
    assert.equal(3, #results)
    assert.same({ n = 5, true, "a", nil, "c", nil }, results[1])
    assert.same({ n = 1, true }, results[2])
    assert.same({ n = 4, true, nil, "message", { kind = "api" } }, results[3])
  end)

  it("runs nothing for an empty list", function()
    assert.same({}, rtk.gather({}))
  end)

  it("returns errors unchanged, with the function that raised them", function()
    local raised = {}
    local results = rtk.gather({
      function()
        error(raised)
      end,
      function()
        return "fine"
      end,
      function()
        error("text", 0)
      end,
      function()
        error()
      end,
    }, { concurrency = 1 })
    assert.equal(raised, results[1][2])
    assert.same({ n = 2, true, "fine" }, results[2])
    assert.same({ n = 2, false, "text" }, results[3])
    assert.same({ n = 2, false }, results[4])
  end)

  describe("in virtual time", function()
    local clock

    virtual_time.around(function(new_clock)
      clock = new_clock
    end)

    local function client_of(answer, options)
      local transport = clock:transport(answer)
      local all = { api_token = "t", account_id = "a", app_id = "b", transport = transport }
      for name, value in pairs(options or {}) do
        all[name] = value
      end
      return rtk.new(all), transport
    end

    local function after_a_second()
      return { value = { success = true, data = { id = "m" } } }, 1
    end

    local function times(count, f)
      local functions = {}
      for index = 1, count do
        functions[index] = function()
          return f(index)
        end
      end
      return functions
    end

    it("runs eight functions at a time, or as many as concurrency says", function()
      local client, transport = client_of(after_a_second)
      local get = times(20, function()
        return client.meetings:get("m") ~= nil
      end)
      rtk.gather(get)
      assert.equal(8, transport.most_pending)
      assert.equal(1003, clock.now)
      local results = rtk.gather(get, { concurrency = 100 })
      assert.equal(20, transport.most_pending)
      assert.equal(1004, clock.now)
      for index = 1, 20 do
        assert.same({ n = 2, true, true }, results[index])
      end
      rtk.gather(get, { concurrency = 1 })
      assert.equal(1024, clock.now)
    end)

    it("overlaps the waits of nested gathers", function()
      local client = client_of(after_a_second)
      local results = rtk.gather(times(3, function(outer)
        return rtk.gather(times(3, function(inner)
          assert(client.meetings:get("m"))
          if inner == 2 then error(outer, 0) end
          return outer * 10 + inner
        end))
      end))
      assert.equal(1001, clock.now)
      for outer = 1, 3 do
        assert.same({
          { n = 2, true, outer * 10 + 1 },
          { n = 2, false, outer },
          { n = 2, true, outer * 10 + 3 },
        }, results[outer][2])
      end
    end)

    it("overlaps the waits between retries", function()
      local seen = {}
      local client, transport = client_of(function(request)
        seen[request.url] = (seen[request.url] or 0) + 1
        if seen[request.url] > 1 then return after_a_second() end
        return { status = 429, headers = "HTTP/1.1 429 X\r\nRetry-After: 30\r\n\r\n" }, 1
      end)
      local results = rtk.gather(
        times(20, function(index)
          return client.meetings:get("m" .. index)
        end),
        { concurrency = 20 }
      )
      for index = 1, 20 do
        assert.truthy(results[index][2], tostring(results[index][3]))
      end
      assert.equal(40, #transport.requests)
      -- 1 s, the wait, which is 30 to 33 s, and 1 s.
      assert.is_true(clock.now >= 1032 and clock.now < 1035, clock.now)
    end)

    it("waits for several clients at once without polling", function()
      local first, first_transport = client_of(after_a_second)
      local second, second_transport = client_of(function()
        return { value = { success = true, data = { id = "m" } } }, 10
      end)
      rtk.gather(
        times(10, function(index)
          return assert((index % 2 == 0 and first or second).meetings:get("m"))
        end),
        { concurrency = 10 }
      )
      assert.equal(1010, clock.now)
      assert.is_true(first_transport.steps + second_transport.steps < 50)
    end)

    it("cancels the remaining calls when the client is closed", function()
      local client, transport = client_of(function(request)
        return { value = { success = true, data = { id = "m" } } },
          request.url:find("slow") and 9 or 1
      end)
      local results = rtk.gather({
        function()
          return client.meetings:get("slow")
        end,
        function()
          client.meetings:get("quick")
          client:close()
        end,
      })
      assert.is_nil(results[1][2])
      assert.equal("cancelled", results[1][4].kind)
      assert.equal(0, transport:pending())
      assert.equal(1001, clock.now)
    end)

    it("ends a call that is waiting to retry when the client is closed", function()
      local client = client_of(function()
        return { status = 503, headers = "HTTP/1.1 503 X\r\nRetry-After: 9\r\n\r\n" }, 1
      end)
      local results = rtk.gather({
        function()
          return client.meetings:get("busy")
        end,
        function()
          client.meetings:get("once", nil, { max_retries = 0 })
          client:close()
        end,
      })
      local message, err = results[1][3], results[1][4]
      assert.equal("cancelled", err.kind)
      assert.equal(1, err.attempts)
      assert.truthy(message:find("the client was closed", 1, true), message)
      assert.truthy(message:find("before that: .*HTTP 503"), message)
    end)
  end)

  it("runs functions that use emulators in memory", function()
    local one, two = new_emulator():client({}), new_emulator():client({})
    local functions = {}
    for index = 1, 10 do
      functions[index] = function()
        local client = index % 2 == 0 and one or two
        local made = assert(client.meetings:create({ title = "M" .. index }))
        return client.meetings:get(made.id).title
      end
    end
    for index, result in ipairs(rtk.gather(functions)) do
      assert.same({ n = 2, true, "M" .. index }, result)
    end
    assert.equal(5, one.meetings:list().paging.total_count)
  end)

  describe("over HTTP", function()
    local server = webserver.around()

    local function new_client()
      return rtk.new({
        api_token = "t",
        account_id = "a",
        app_id = "b",
        base_url = server.http .. "/meet",
        connect_timeout = 60,
        max_retries = 0,
      })
    end

    it(
      "overlaps 50 calls that are answered once all are there, of one client and of two",
      function()
        local one, two = new_client(), new_client()
        for name, other in pairs({ one = one, two = two }) do
          local call, functions = { path = "/", query = { name = name, count = 50 } }, {}
          for index = 1, 50 do
            functions[index] = function()
              return assert((index % 2 == 0 and one or other):request(call))
            end
          end
          for _, result in ipairs(rtk.gather(functions, { concurrency = 50 })) do
            assert.is_true(result[1], tostring(result[2]))
            assert.equal("GET", result[2].method)
          end
        end
      end
    )
  end)

  it("continues after signals", function()
    local runtime = require("rtk.runtime.blocking").new({})
    local start = core.now()
    local results = signals.during(function()
      return rtk.gather({
        function()
          runtime:sleep(0.1)
          return core.now() - start
        end,
      })
    end)
    assert.is_true(results[1][2] >= 0.1)
  end)

  it("raises what it cannot run", function()
    for message, arguments in pairs({
      ["must be a table, got a function"] = { print },
      ["functions[2] must be a function, got a table"] = { { print, {} } },
      ["in an array, without gaps"] = { { nil, print } },
      ["takes functions in an array, without gaps"] = { { [1] = print, [3] = print } },
      ["an array, without gaps"] = { { print, last = print } },
      ["functions in an array"] = { { a = print } },
      ["runtime must be a table, got a string"] = { { print }, { runtime = "luv" } },
      ['did you mean "concurrency"'] = { { print }, { concurency = 2 } },
      ["concurrency must be a whole number, 1 or more"] = { { print }, { concurrency = 0 } },
      ["concurrency must be a number, got a string"] = { { print }, { concurrency = "2" } },
      ["the runtime has no spawn"] = { { print }, { runtime = {} } },
    }) do
      local raised = clients.misuse_of(rtk.gather, arguments[1], arguments[2])
      assert.truthy(raised:find(message, 1, true), raised)
    end
  end)
end)
