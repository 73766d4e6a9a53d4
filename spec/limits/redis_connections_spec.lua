-- SPDX-License-Identifier: MIT
-- The connections to Redis that a limiter opens and keeps in event loops.
local with_ticker = require("spec.support.clients.with_ticker")
local core = require("rtk.core")
local loops = require("spec.support.clients.loops")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local redis_limiter = require("spec.support.clients.redis_limiter")
local redis_server = require("spec.support.servers.redis_server")
local runtime = require("rtk.runtime")

local admit = redis_limiter.admit
local close_coroutine = rawget(coroutine, "close")
local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

-- The most connections that are kept.
local MOST = 16

for _, loop in ipairs(loops) do
  describe("a connection to Redis in " .. loop.name, function()
    local server = redis_server.around()
    local oldest

    -- Those of this spec: limiters of earlier ones keep theirs until they are collected. That of
    -- redis-cli goes through the other socket.
    local function connections()
      local number = 0
      for id in server:cli("client list"):gmatch("id=(%d+) addr=127%.0%.0%.1:") do
        if tonumber(id) > oldest then number = number + 1 end
      end
      return number
    end

    -- Redis learns a little later that a connection was closed.
    local function wait_for_connections(most)
      for _ = 1, 3000 do
        if connections() <= most then return end
        core.sleep(0.01)
      end
      error(connections() .. " connections are open")
    end

    before_each(function()
      oldest = tonumber(server:cli("client id"):match("%d+"))
    end)

    local function limiter(options)
      return redis_limiter.new(server, options)
    end

    local function run(f, tick)
      with_ticker(loop, f, tick)
    end

    it("waits while the backlog of a Unix socket is full", function()
      local directory = server.directory .. "/crowd"
      local unix = require("socket.unix")
      local new = type(unix) == "table" and unix.stream or unix
      local listener, crowd = new(), {}
      assert(listener:bind(directory))
      assert(listener:listen(0))
      repeat
        crowd[#crowd + 1] = new()
        crowd[#crowd]:settimeout(0)
      until not crowd[#crowd]:connect(directory)
      finally(function()
        listener:close()
        for _, one in ipairs(crowd) do
          one:close()
        end
        os.remove(directory)
      end)
      local self, note = limiter({ path = directory }), nil
      run(function()
        note = select(2, admit(self))
      end, function(ticks)
        if ticks == 3 then listener:close() end
      end)
      assert.truthy(note:find("(connection refused)", 1, true), note)
    end)

    it("receives replies in pieces, until the timeout", function()
      local sha = ("ab"):rep(20)
      local pieces = ("$40\\r\\n%s\\r\\n$10\\r\\n250000 0 0\\r\\n"):format(sha)
      local slow = rawserver.start(
        { "drip", 1, pieces, "hold" },
        { "drip", 20, "$3000\\r\\n" .. ("x"):rep(2000), "hold" }
      )
      finally(function()
        slow:stop()
      end)
      run(function()
        assert.same({ 0.25 }, { admit(limiter({ port = slow.port })) })
        local _, note = admit(limiter({ port = slow.port, timeout = 0.2 }))
        assert.truthy(note:find("(timeout)", 1, true), note)
      end)
    end)

    it("keeps few of many connections, and notices when they were closed", function()
      local self, functions, under_way, most = limiter(), {}, 0, 0
      for index = 1, 50 do
        functions[index] = function()
          under_way = under_way + 1
          most = math.max(most, under_way)
          assert.is_nil((select(2, admit(self, true))))
          under_way = under_way - 1
        end
      end
      functions[51] = function()
        loop.sleep(0.05)
        server:release()
      end
      server:hold()
      loop.run(unpack(functions))
      assert.equal(50, most)
      wait_for_connections(MOST)
      assert.equal(MOST, connections())
      server:kill()
      server:launch()
      run(function()
        assert.same({ 0 }, { admit(self) })
      end)
    end)

    it("uses one connection from different loops", function()
      local self = limiter()
      local function ask()
        assert.same({ 0 }, { admit(self) })
      end
      for _ = 1, 2 do
        for _, each in ipairs(loops) do
          each.run(ask)
          ask()
        end
      end
      assert.equal(1, connections())
    end)

    it("sends data that is larger than the buffers of a socket", function()
      local seconds, note
      server:hold()
      run(function()
        seconds, note = admit(limiter({ key = ("k"):rep(2 ^ 24) }))
      end, function(ticks)
        if ticks == 3 then server:release() end
      end)
      assert.same({ 0 }, { seconds, note })
    end)

    local function cancels(give_up)
      local self, is_answered = limiter({ pause = 0.01 }), false
      local task
      server:hold()
      run(function()
        task = runtime.spawn(function()
          admit(self)
          is_answered = true
        end)
        loop.sleep(0.05)
        give_up(task)
      end)
      server:release()
      assert.is_false(is_answered)
      run(function()
        assert.same({ 0 }, { admit(self) })
      end)
      -- Redis must have accepted the abandoned one before this one.
      wait_for_connections(1)
    end

    it("closes the connection of a task that is cancelled", function()
      cancels(function(task)
        task:cancel()
      end)
    end)

    if close_coroutine and loop.name == "luv" then
      it("closes the connection of a coroutine that is closed", function()
        cancels(function(task)
          assert(close_coroutine(task.co))
        end)
      end)
    end

    it("shares no connection with a forked child", function()
      local self, pid = limiter({ quota = 100000 }), nil
      local function ask_often()
        for _ = 1, 300 do
          local seconds, note = admit(self)
          if seconds ~= 0 or note then return false end
        end
        return true
      end
      run(function()
        assert.is_true(ask_often())
        pid = process.fork()
        if pid == 0 then
          table.sort({ 1, 2 }, function()
            process.exit(ask_often() and 0 or 1)
          end)
        end
        assert.is_true(ask_often())
      end)
      assert.equal(0, process.wait(pid))
    end)
  end)
end
