-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local loops = require("spec.support.clients.loops")
local module = require("rtk.runtime.luv")
local process = require("spec_process")
local rtk = require("rtk")
local shell = require("spec.support.servers.shell")
local slow_client = require("spec.support.clients.slow_client")
local uv = require("luv")
local workdir = require("spec.support.servers.workdir")

local run = loops[2].run

describe("rtk.runtime.luv", function()
  local fixture = slow_client.fixture({ runtime = module })
  local slow, meet, pending = fixture.slow, fixture.meet, fixture.pending

  local function assert_empty()
    local count = 0
    uv.walk(function()
      count = count + 1
    end)
    assert.equal(0, count)
    assert.equal(0, pending())
  end

  it("is chosen while the loop runs, and only then", function()
    local runtime = require("rtk.runtime")
    assert.equal(require("rtk.runtime.blocking"), runtime.choose())
    run(function()
      assert.equal(module, runtime.choose())
    end)
    assert.equal(require("rtk.runtime.blocking"), runtime.choose())
  end)

  it("serves coroutines that started before the loop, if given as an option", function()
    local got = {}
    for index = 1, 20 do
      coroutine.wrap(function()
        got[index] = assert(meet("early", 20)).method
      end)()
    end
    assert.same({}, got)
    assert.equal(20, pending())
    uv.run()
    assert.equal(20, #got)
    assert_empty()
  end)

  it("blocks outside of coroutines", function()
    assert.equal("GET", assert(slow(5)).method)
    local results = rtk.gather({
      function()
        return slow(5).method
      end,
      function()
        return slow(5).method
      end,
    }, { runtime = module })
    assert.same({ n = 2, true, "GET" }, results[2])
    assert_empty()
  end)

  it("blocks in callbacks, in which tasks of plain Lua run", function()
    fixture.client = slow_client.new(fixture.server)
    local results
    local timer = uv.new_timer()
    timer:start(0, 0, function()
      timer:close()
      results = rtk.gather({
        function()
          return slow(50).method
        end,
        function()
          local generate = coroutine.wrap(function()
            coroutine.yield(slow(50).method)
          end)
          return generate()
        end,
      })
    end)
    uv.run()
    assert.same({ n = 2, true, "GET" }, results[1])
    assert.same({ n = 2, true, "GET" }, results[2])
  end)

  it("keeps coroutines alive that nothing else refers to", function()
    local got = {}
    for index = 1, 3 do
      coroutine.wrap(function()
        got[index] = assert(slow(50)).method
      end)()
    end
    collectgarbage()
    collectgarbage()
    uv.run()
    assert.same({ "GET", "GET", "GET" }, got)
  end)

  it("is not confused by a coroutine that is resumed while it waits", function()
    local method, count = nil, 0
    local co = coroutine.create(function()
      method = assert(slow(50)).method
      coroutine.yield()
      count = count + 1
    end)
    for _ = 1, 3 do
      assert(coroutine.resume(co))
    end
    assert.is_nil(method)
    uv.run()
    assert.equal("GET", method)
    assert.equal(0, count)
  end)

  it("lets the loop report errors of coroutines after resuming all others", function()
    local directory = workdir.new()
    finally(function()
      workdir.remove(directory)
    end)
    local script = [[
      local rtk, uv = require("rtk"), require("luv")
      local client = require("rtk.emulator").new():client { runtime = require("rtk.runtime.luv") }
      for index = 1, 5 do
        coroutine.wrap(function()
          client.meetings:list()
          if index == 2 or index == 4 then error("raised by " .. index) end
          print("done " .. index)
        end)()
      end
      uv.run()
      print("not reached")
    ]]
    workdir.write(directory .. "/script.lua", script)
    local command = shell.interpreter() .. " " .. directory .. "/script.lua"
    local output, status = shell.run(command)
    assert.are_not.equal(0, status)
    assert.truthy(output:find("raised by 2\nstack traceback:", 1, true), output)
    for _, index in ipairs({ 1, 3, 5 }) do
      assert.truthy(output:find("done " .. index, 1, true), output)
    end
    assert.is_nil(output:find("not reached", 1, true))
  end)

  if rawget(coroutine, "close") then
    it("cancels the call of a coroutine that is closed, and the loop ends", function()
      local other
      local co = coroutine.create(function()
        slow(600000)
      end)
      assert(coroutine.resume(co))
      coroutine.wrap(function()
        other = assert(slow(100)).method
      end)()
      assert.equal(2, pending())
      assert(rawget(coroutine, "close")(co))
      assert.equal(1, pending())
      local start = core.now()
      uv.run()
      -- The call would have ended at its timeout of a minute.
      assert.is_true(core.now() - start < 30)
      assert.equal("GET", other)
      assert_empty()
    end)
  end

  it("sleeps at least for the given time", function()
    local elapsed
    run(function()
      local runtime = module.new(fixture.client._channel.transport)
      local start = runtime:now()
      -- The loop's cached time is that of its last turn.
      core.sleep(0.05)
      runtime:sleep(0.0507)
      runtime:sleep(0)
      elapsed = runtime:now() - start
    end)
    assert.is_true(elapsed >= 0.1007, tostring(elapsed))
  end)

  it("returns an error when the descriptor cannot be polled", function()
    local cancelled
    local runtime = module.new({
      submit = function()
        return 1
      end,
      cancel = function(_, id)
        cancelled = id
        return true, false
      end,
      fd = function()
        return 99999
      end,
    })
    local result
    run(function()
      result = runtime:send({ timeout = 5 })
    end)
    assert.equal(1, cancelled)
    assert.equal("cancelled", result.kind)
    assert.is_false(result.sent)
    assert.matches("the host cannot wait for the transport: .*EBADF", result.message)
  end)

  it("blocks in a forked child", function()
    local method
    coroutine.wrap(function()
      method = assert(slow(300)).method
    end)()
    local timer = uv.new_timer()
    timer:start(50, 0, function()
      timer:close()
      local child = process.fork()
      if child == 0 then process.exit(slow(5) and 0 or 1) end
      assert(process.wait(child) == 0)
    end)
    uv.run()
    assert.equal("GET", method)
  end)
end)
