-- SPDX-License-Identifier: MIT
-- The end of a client: close with drain, in plain Lua, cqueues and luv. spec/nginx has nginx.
local clients = require("spec.support.clients.clients")
local emulator = require("rtk.emulator")
local loops = require("spec.support.clients.loops")
local rtk = require("rtk")
local slow_client = require("spec.support.clients.slow_client")

local slow = slow_client.get

describe("client:close", function()
  local lost = { kind = "connection", message = "lost", sent = true }
  local busy = { status = 503 }
  local ok = { json = { success = true, data = { id = "m1" } } }

  it("takes drain in seconds, and nothing else", function()
    local client = clients.fake({ ok })
    for words, options in pairs({
      ['did you mean "drain"'] = { drian = 1 },
      ["drain must be a number"] = { drain = "1" },
      ["drain must be a number of seconds from 0"] = { drain = -1 },
    }) do
      local message = clients.misuse_of(function()
        client:close(options)
      end)
      assert.truthy(message:find(words, 1, true), message)
      assert.matches("channel_spec.lua", message)
    end
    assert.matches("with a colon", clients.misuse_of(client.close))
    assert.matches("with a colon", clients.misuse_of(client.in_flight))
  end)

  it("does not wait when nothing is in flight", function()
    local client, _, waits = clients.fake({ ok })
    client.meetings:get("m1")
    assert.equal(0, client:in_flight())
    assert.equal(0, client:close({ drain = 60 }))
    assert.same({}, waits)
  end)

  it("cancels calls that begin while a function of the program closes the client", function()
    local emulated = require("rtk.emulator").new()
    local client
    local function close()
      client:close()
    end
    local function close_and_return(value)
      return function()
        close()
        return value
      end
    end
    for name, options in pairs({
      on_event = { on_event = close },
      api_token = { api_token = close_and_return("emulator-token") },
      headers = { headers = close_and_return({}) },
    }) do
      client = emulated:client(options)
      local meeting, message, err = client.meetings:create({})
      assert.is_nil(meeting, name)
      assert.equal("the client was closed (POST /meetings)", message)
      assert.same({ "cancelled", false }, { err.kind, err.maybe_executed })
      assert.equal(0, client:in_flight())
    end
    assert.equal(0, #emulated:client().meetings:list())
  end)

  it("cancels a download that goes on while a function of the program closes the client", function()
    local emulated = require("rtk.emulator").new()
    local plain = emulated:client()
    local meeting = assert(plain.meetings:create({}))
    local recording = assert(plain.recordings:start({ meeting_id = meeting.id }))
    emulated:upload_recording({ id = recording.id, file_size = 300000 })
    local link = recording:reload().download_url
    local client
    local function close()
      client:close()
    end
    for _, case in ipairs({ { { on_event = close }, function() end }, { {}, close } }) do
      client = emulated:client(case[1])
      local result, message, err = client:download(link, case[2])
      assert.is_nil(result)
      assert.matches("the client was closed", message)
      assert.equal("cancelled", err.kind)
      assert.equal(0, client:in_flight())
    end
  end)

  it(
    "lets a call in flight finish its retries and rtk's own reads, and refuses new calls",
    function()
      local client, transport, refused
      local recording = { json = { success = true, data = { id = "r1", status = "UPLOADED" } } }
      local over = { status = 400, json = { error = { code = 400, message = "not in progress" } } }
      client, transport = clients.fake({ lost, busy, over, recording }, {
        on_event = function(event)
          if event.type ~= "retry" or refused then return end
          assert.equal(1, client:in_flight())
          client._channel.is_closing = true
          refused = clients.misuse_of(function()
            client:app("other").meetings:get("m1")
          end)
        end,
      })
      assert(client.recordings:stop("r1"))
      assert.equal(4, #transport.requests)
      assert.matches(
        "channel_spec.lua:%d+: the client is being closed: it makes no new calls",
        refused
      )
      assert.matches("no new calls", clients.misuse_of(client.request, client, { path = "/x" }))
      assert.equal(0, client:in_flight())
    end
  )

  it("lets a reconcile of a call in flight make its calls", function()
    local client, transport = clients.fake({ lost, ok })
    assert(client.meetings:create({}, {
      reconcile = function(api)
        client._channel.is_closing = true
        return api.meetings:get("m1")
      end,
    }))
    assert.equal(2, #transport.requests)
    assert.matches("no new calls", clients.misuse_of(client.request, client, { path = "/x" }))
  end)

  it("closes at once where the runtime cannot wait", function()
    local runtime = clients.instant_runtime()
    local new = runtime.new
    function runtime.new(transport)
      local instance = new(transport)
      function instance.blocked_reason()
        return "this phase cannot wait"
      end
      return instance
    end
    local client, left
    client = clients.fake({ ok }, {
      runtime = runtime,
      on_event = function(event)
        if event.type == "response" then left = client:close({ drain = 60 }) end
      end,
    })
    client.meetings:get("m1")
    assert.equal(1, left)
    assert.same({}, runtime.waits)
  end)

  it("waits at most as long as it is told to", function()
    local runtime = clients.instant_runtime()
    local client, left
    client = clients.fake({ ok }, {
      runtime = runtime,
      on_event = function(event)
        if event.type == "response" then left = client:close({ drain = 3 }) end
      end,
    })
    client.meetings:get("m1")
    assert.equal(1, left)
    local waited = 0
    for _, seconds in ipairs(runtime.waits) do
      waited = waited + seconds
    end
    assert.is_true(math.abs(waited - 3) < 1e-6, waited)
  end)

  it("does not count a call that raised once it is collected", function()
    local client = clients.fake({ ok }, {
      on_event = function()
        error("stop", 0)
      end,
    })
    pcall(client.meetings.get, client.meetings, "m1")
    assert.equal(0, client:close({ drain = 60 }))
  end)

  describe("in plain Lua", function()
    local fixture = slow_client.fixture()

    it("lets tasks finish their calls, and counts those in flight", function()
      local client, count, left = fixture.client, nil, nil
      local results = rtk.gather({
        function()
          return assert(fixture.slow(150)).method
        end,
        function()
          return assert(fixture.slow(50)).method
        end,
        function()
          count = client:in_flight()
          left = client:close({ drain = 60 })
        end,
      })
      assert.same({ true, "GET", n = 2 }, results[1])
      assert.same({ true, "GET", n = 2 }, results[2])
      assert.is_true(results[3][1], results[3][2])
      assert.equal(2, count)
      assert.equal(0, left)
      assert.equal(0, client:in_flight())
      assert.matches("is closed", clients.misuse_of(fixture.slow, 1))
    end)

    it("cancels what is still in flight after the drain, and says how much", function()
      local client = fixture.client
      local results = rtk.gather({
        function()
          return select(3, fixture.slow(600000)).kind
        end,
        function()
          return client:close({ drain = 0.05 })
        end,
      })
      assert.equal("cancelled", results[1][2])
      assert.equal(1, results[2][2])
    end)

    it("ends an iterator in progress with an error, at its next page", function()
      local api = emulator.new({})
      api:seed({ meetings = 3 })
      local client = api:client({})
      local next_meeting = client.meetings:each({ per_page = 2 })
      next_meeting()
      client:close({ drain = 1 })
      next_meeting()
      assert.matches("the client is closed", clients.misuse_of(next_meeting))
    end)
  end)

  for _, loop in ipairs(loops) do
    describe("in " .. loop.name, function()
      local fixture = slow_client.fixture()

      it("lets the loop's calls finish", function()
        local client, methods, left = fixture.client, {}, nil
        local gate = { path = "/gate", query = { name = loop.name } }
        local function call()
          local reply = assert(client:request(gate))
          methods[#methods + 1] = reply.method
        end
        loop.run(call, call, function()
          loop.sleep(0.02)
          assert.equal(2, client:in_flight())
          left = client:close({ drain = 60 })
        end, function()
          while not client._channel.is_closing do
            loop.sleep(0.01)
          end
          fixture.server:open(loop.name)
        end)
        assert.same({ "GET", "GET" }, methods)
        assert.equal(0, left)
      end)

      it("cancels what is still in flight after the drain", function()
        local client, kind, left = fixture.client, nil, nil
        loop.run(function()
          kind = select(3, slow(client, 600000)).kind
        end, function()
          loop.sleep(0.02)
          left = client:close({ drain = 0.05 })
        end)
        assert.equal("cancelled", kind)
        assert.equal(1, left)
      end)
    end)
  end
end)
