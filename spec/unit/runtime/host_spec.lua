-- SPDX-License-Identifier: MIT
local clients = require("spec.support.clients.clients")
local hosts = require("spec.support.hosts.fakes")
local rtk = require("rtk")
local slow_client = require("spec.support.clients.slow_client")
local workdir = require("spec.support.servers.workdir")

describe("rtk.runtime.adapter", function()
  local fixture = slow_client.fixture()
  local meet = fixture.meet
  local host = hosts.loop

  after_each(host.make)

  -- A client of a host of which some functions are others.
  local function client_with(changed)
    local hooks = { watch = host.watch, after = host.after }
    for name, f in pairs(changed) do
      hooks[name] = f
    end
    return slow_client.new(fixture.server, { runtime = rtk.runtime.adapter(hooks) })
  end

  it("overlaps 50 calls, and keeps the coroutines that nothing refers to", function()
    host.make()
    local functions, count, callbacks = {}, 0, setmetatable({}, { __mode = "v" })
    -- The host forgets what only it refers to.
    local function weakly(callback)
      local key = {}
      callbacks[key] = callback
      return function()
        local f = callbacks[key]
        if f then f() end
      end
    end
    fixture.client = client_with({
      watch = function(fd, on_readable)
        return host.watch(fd, on_readable)
      end,
      after = function(seconds, callback)
        return host.after(seconds, seconds > 0 and weakly(callback) or callback)
      end,
    })
    for index = 1, 50 do
      functions[index] = function()
        assert(meet("fifty", 50))
        count = count + 1
      end
    end
    functions[51] = function()
      for _ = 1, 5 do
        collectgarbage()
        host.sleep(0.005)
      end
    end
    host.run((rawget(table, "unpack") or rawget(_G, "unpack"))(functions))
    assert.equal(50, count)
  end)

  it("gathers, maps, spawns and sleeps without naming the runtime", function()
    host.make()
    local ticks, count = 0, 0
    host.run(function()
      local results = rtk.gather({
        function()
          return meet("four", 4).method
        end,
        function()
          return meet("four", 4).method
        end,
      })
      assert.same({ n = 2, true, "GET" }, results[2])
      for _ in
        rtk.map({ 1, 2 }, function()
          return meet("pair", 2)
        end)
      do
        count = count + 1
      end
      assert.is_true(rtk
        .spawn(function()
          rtk.sleep(0.01)
        end)
        :wait())
    end, function()
      rtk.spawn(function()
        assert(meet("four", 4))
      end)
      assert(meet("four", 4))
      ticks = ticks + 1
    end)
    assert.equal(2, count)
    assert.equal(1, ticks)
  end)

  it("suspends and resumes by the host's own means, and its tasks by Lua's", function()
    local suspended, counts = {}, { suspend = 0, resume = 0 }
    local client = client_with({
      suspend = function(co)
        assert(co == coroutine.running())
        counts.suspend = counts.suspend + 1
        suspended[co] = true
        coroutine.yield("of the host")
      end,
      resume = function(co)
        assert(suspended[co])
        counts.resume, suspended[co] = counts.resume + 1, nil
        assert(coroutine.resume(co))
      end,
    })
    host.run(function()
      assert(slow_client.get(client, 5))
      local results = rtk.gather({
        function()
          return slow_client.get(client, 5).method
        end,
      })
      assert.same({ n = 2, true, "GET" }, results[1])
    end)
    assert.same({ suspend = 2, resume = 2 }, counts)
  end)

  for what, watch in pairs({
    ["raises"] = function()
      error("no room", 0)
    end,
    ["returns no function"] = function()
      return nil, "no room"
    end,
  }) do
    it("ends a call as cancelled when the host's watch " .. what, function()
      local client, err = client_with({ watch = watch }), nil
      host.run(function()
        err = select(3, slow_client.get(client, 60000))
      end)
      assert.equal("cancelled", err.kind)
      assert.matches("the host cannot wait for the transport: no room", err.message)
      assert.equal(0, client._channel.transport:pending())
    end)
  end

  it("goes on when the host reports a descriptor only once", function()
    local client = client_with({
      watch = function(fd, on_readable)
        local stop
        stop = host.watch(fd, function()
          stop()
          on_readable()
        end)
        return stop
      end,
    })
    host.run(function()
      assert(slow_client.get(client, 20))
    end)
  end)

  it("lets the host report what coroutines raise, after all others went on", function()
    local client, count = client_with({}), 0
    local function get(raised)
      return function()
        coroutine.wrap(function()
          assert(slow_client.meet(client, "raise", 3))
          if raised then error(raised) end
          count = count + 1
        end)()
      end
    end
    local ok, problem = pcall(host.run, get("raised by one"), get(), get())
    assert.is_false(ok)
    assert.matches("raised by one\nstack traceback:", problem)
    assert.equal(2, count)
  end)

  for _, place in ipairs({ host, hosts.sleeping }) do
    it("downloads in " .. place.name, function()
      place.make()
      local directory, ticks = workdir.new(), 0
      finally(function()
        workdir.remove(directory)
      end)
      workdir.write(fixture.server.directory .. "/static/large.bin", ("x"):rep(3e6))
      local is_over, result
      place.run(function()
        result = assert(
          fixture.client:download(
            fixture.server.http .. "/late/large.bin",
            directory .. "/file",
            { allow_private = true }
          )
        )
        is_over = true
      end, function()
        while not is_over do
          ticks = ticks + 1
          place.sleep(0.0001)
        end
      end)
      assert.equal(3e6, result.bytes)
      assert.is_true(ticks > 0)
    end)
  end

  it("names mistakes", function()
    local adapter = rtk.runtime.adapter
    assert.matches("watch of rtk.runtime.adapter must", clients.misuse_of(adapter, {}))
    local hooks = { watch = print, after = print, suspend = print }
    assert.matches("both suspend and resume", clients.misuse_of(adapter, hooks))
    hooks.suspend, hooks.affter = nil, print
    assert.matches('did you mean "after"', clients.misuse_of(adapter, hooks))
  end)
end)
