-- SPDX-License-Identifier: MIT
-- How requests overlap, end early, and share the process with an event loop,
-- signals and exec.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local shell = require("spec.support.servers.shell")
local signals = require("spec.support.asserts.signals")
local webserver = require("spec.support.servers.webserver")

describe("transport", function()
  local server = webserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end, server)

  describe("step", function()
    it("returns at once with nothing if nothing is pending", function()
      local started = core.now()
      assert.same({}, transport:step(60))
      assert.same({}, transport:step(0))
      assert.is_true(core.now() - started < 30)
    end)

    it("waits no longer than the timeout", function()
      call.submit(transport, server.http .. "/gate?name=shut")
      assert.same({}, transport:step(0))
      local started = core.now()
      assert.same({}, transport:step(0.05))
      local waited = core.now() - started
      assert.is_true(waited >= 0.045 and waited < 20)
      assert.equal(1, transport:pending())
    end)

    it("waits without a limit for math.huge, until something is finished", function()
      call.submit(transport, server.http .. "/slow?ms=50")
      assert.equal(1, #transport:step(math.huge))
      assert.equal(0, transport:pending())
    end)

    it("tells whether there is more than the limit allows", function()
      local function step()
        local results, has_more = transport:step(0, 1)
        return #results, has_more
      end
      assert.same({ 0, false }, { step() })
      call.submit(transport, server.http .. "/gate?name=shut")
      assert.same({ 0, false }, { step() })
      for _ = 1, 2 do
        call.submit(transport, server.http .. "/gate?name=shut", { timeout = 0.01 })
      end
      core.sleep(0.05)
      assert.same({ 1, true }, { step() })
      assert.equal(1, (step()))
      assert.same({ 0, false }, { step() })
    end)

    it("returns no more results than the limit, and the others later", function()
      for _ = 1, 5 do
        call.submit(transport, server.http .. "/slow?ms=20")
      end
      local ids, count = {}, 0
      while count < 5 do
        local results = transport:step(60, 1)
        assert.equal(1, #results)
        assert.is_nil(ids[results[1].id])
        ids[results[1].id], count = true, count + 1
        assert.equal(5 - count, transport:pending())
      end
      assert.has_error(function()
        transport:step(0, 0)
      end)
    end)

    it("returns early when a signal comes", function()
      call.submit(transport, server.http .. "/gate?name=shut")
      local started = core.now()
      assert.same(
        {},
        signals.during(function()
          return transport:step(60)
        end)
      )
      assert.is_true(core.now() - started < 30)
    end)
  end)

  it("overlaps 50 requests that are answered once all are there", function()
    for _ = 1, 50 do
      call.submit(transport, server.http .. "/meet?name=many&count=50")
    end
    local _, results = call.drain(transport)
    assert.equal(50, #results)
    for _, result in ipairs(results) do
      assert.equal(200, result.status, result.message)
    end
  end)

  it("opens no more connections than allowed, and still ends all requests", function()
    transport:close()
    transport = assert(core.transport({ proxy = "", max_connections = 3 }))
    for _ = 1, 30 do
      call.submit(transport, server.http .. "/meet?name=few&count=3")
    end
    local _, results = call.drain(transport)
    assert.equal(30, #results)
    local connections, count = {}, 0
    for _, result in ipairs(results) do
      local name = result.value.connection
      if not connections[name] then count = count + 1 end
      connections[name] = true
    end
    assert.equal(3, count)
  end)

  it("cancels a request so that no result comes of it", function()
    local id = call.submit(transport, server.http .. "/gate?name=cancelled")
    local other = call.submit(transport, server.http .. "/gate?name=other")
    for _, name in ipairs({ "cancelled", "other" }) do
      server:await(name, 1, function()
        transport:step(0.01)
      end)
    end
    local found, sent = transport:cancel(id)
    assert.is_true(found)
    assert.is_true(sent)
    assert.is_false(transport:cancel(id))
    assert.is_false(transport:cancel(12345))
    assert.is_false(transport:cancel(0 / 0))
    server:open("other")
    local _, results = call.drain(transport)
    assert.equal(1, #results)
    assert.equal(other, results[1].id)
  end)

  it("knows that a cancelled request was never sent", function()
    transport:close()
    transport = assert(core.transport({ proxy = "", max_connections = 1 }))
    call.submit(transport, server.http .. "/gate?name=shut")
    local waiting = call.submit(transport, server.http .. "/echo")
    transport:step(0.01)
    local found, sent = transport:cancel(waiting)
    assert.is_true(found)
    assert.is_false(sent)
  end)

  it("closes, explicitly or as garbage, with requests in flight", function()
    for i = 1, 6 do
      local other = assert(core.transport({ ca_file = server.ca_file, proxy = "" }))
      for _, kind in ipairs({ "http", "https" }) do
        call.submit(other, server[kind] .. "/slow?ms=1000", { method = "POST", body = "x" })
      end
      call.submit(other, "http://no-such-host.invalid/")
      other:step(i % 3 * 0.01)
      if i % 2 == 0 then other:close() end
      other = nil -- luacheck: ignore
      collectgarbage()
      collectgarbage()
    end
  end)

  -- In an interpreter of its own, because when the collector gets to run
  -- finalizers depends on all that is in the heap.
  it("refuses to be used by a finalizer that runs while it makes results", function()
    local script = "spec/support/programs/finalizers.lua"
    local command = ("%s %s %s/static/page.json"):format(shell.interpreter(), script, server.http)
    assert.truthy(shell.check(command):find("busy", 1, true))
  end)

  describe("fd", function()
    it("is readable when a request is finished, and not after it was fetched", function()
      local fd = transport:fd()
      assert.equal(fd, transport:fd())
      assert.is_false(process.readable(fd, 0))
      call.submit(transport, server.http .. "/slow?ms=60")
      local results = {}
      local limit = core.now() + 60
      while not results[1] and core.now() < limit do
        if process.readable(fd, 1) then results = transport:step(0) end
      end
      assert.equal(200, results[1].status)
      assert.same({}, transport:step(0))
      assert.is_false(process.readable(fd, 0))
    end)

    it("is readable when a deadline passes", function()
      local silent = rawserver.start({ "read", "hold" })
      finally(function()
        silent:stop()
      end)
      local fd = transport:fd()
      local started = core.now()
      call.submit(transport, silent.url, { timeout = 0.1 })
      local results = {}
      while not results[1] and core.now() - started < 60 do
        if process.readable(fd, 1) then results = transport:step(0) end
      end
      assert.equal("timeout", results[1].kind)
    end)

    it("is readable when a request failed at once", function()
      local fd = transport:fd()
      call.submit(transport, ("http://127.0.0.1:%d/"):format(process.free_ports(1)[1]))
      local results = {}
      for _ = 1, 20 do
        if results[1] then break end
        assert.is_true(process.readable(fd, 60))
        results = transport:step(0)
      end
      assert.equal("connection", results[1].kind)
    end)

    it("does not stay readable because an idle connection ended", function()
      local fd = transport:fd()
      call.one(transport, server.brief .. "/echo")
      process.await_end(server.ports.brief)
      for _ = 1, 5 do
        if not process.readable(fd, 0) then break end
        transport:step(0)
      end
      assert.is_false(process.readable(fd, 0.1))
      assert.equal(200, call.one(transport, server.brief .. "/echo").status)
    end)
  end)

  it("leaves no descriptor to programs that are run", function()
    local function inherited()
      local count = 0
      local text = shell.check("ls -l /proc/self/fd")
      for _, kind in ipairs({ "socket:", "eventpoll", "timerfd" }) do
        count = count + select(2, text:gsub(kind, ""))
      end
      return count
    end
    local before = inherited()
    local other = assert(core.transport({ ca_file = server.ca_file, proxy = "" }))
    other:fd()
    for _, kind in ipairs({ "http", "https" }) do
      call.one(other, server[kind] .. "/echo")
    end
    assert.equal(before, inherited())
    other:close()
  end)

  it("sleeps for the given time, or until a signal", function()
    local started = core.now()
    assert.equal(0, core.sleep(0.05))
    assert.is_true(core.now() - started >= 0.05)
    assert.equal(0, core.sleep(0))
    local left = signals.during(function()
      return core.sleep(600)
    end)
    assert.is_true(left > 500 and left < 600)
    assert.is_true(core.now() - started < 100)
    for _, bad in ipairs({ -1, 0 / 0 }) do
      assert.has_error(function()
        core.sleep(bad)
      end)
    end
  end)
end)
