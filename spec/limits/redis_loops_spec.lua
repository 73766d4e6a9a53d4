-- SPDX-License-Identifier: MIT
-- The limiter in Redis as coroutines of event loops ask it, with a real Redis.
local core = require("rtk.core")
local loops = require("spec.support.loops")
local process = require("spec_process")
local rawserver = require("spec.support.rawserver")
local redis_limiter = require("spec.support.redis_limiter")
local redis_server = require("spec.support.redis_server")
local rtk = require("rtk")
local runtime = require("rtk.runtime")

local admit, count = redis_limiter.admit, redis_limiter.count
local close_coroutine = rawget(coroutine, "close")
local unpack = rawget(table, "unpack") or rawget(_G, "unpack")

-- The most connections that are kept.
local MOST = 16

for _, loop in ipairs(loops) do
  describe("rtk.rate_limit.redis in " .. loop.name, function()
    local server, paths

    setup(function()
      paths = package.path
      redis_server.add_module_path()
      server = redis_server.start()
    end)

    teardown(function()
      package.path = paths
      server:stop()
    end)

    -- Limiters of earlier specs have connections until they are collected.
    before_each(function()
      collectgarbage()
      collectgarbage()
      server:cli("flushall")
    end)

    after_each(function()
      server:release()
    end)

    local function limiter(options)
      return redis_limiter.new(server, options)
    end

    -- Runs f, and beside it a timer of the same loop, which calls tick(1), tick(2)... until f ends.
    local function run(f, tick)
      local is_done = false
      loop.run(function()
        local ok, problem = pcall(f)
        is_done = true
        if not ok then error(problem, 0) end
      end, function()
        local ticks = 0
        while not is_done do
          ticks = ticks + 1
          if tick then tick(ticks) end
          loop.sleep(0.01)
        end
      end)
    end

    -- Connections to Redis; that of redis-cli goes through the other socket.
    local function connections()
      local _, tcp = server:cli("client list"):gsub(" addr=127%.0%.0%.1:", "")
      return tcp
    end

    -- Redis learns a little later that a connection was closed.
    local function wait_for_connections(most)
      for _ = 1, 3000 do
        if connections() <= most then return end
        core.sleep(0.01)
      end
      error(connections() .. " connections are open")
    end

    it("shares one budget with all others", function()
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

    it("lets the loop go on while Redis does not answer", function()
      local self, ticked, seconds, note = limiter(), 0, nil, nil
      server:hold()
      run(function()
        seconds, note = admit(self)
      end, function(ticks)
        ticked = ticks
        if ticks == 5 then server:release() end
      end)
      -- Were the loop held up, Redis would never be let go on.
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
        server:cli("get rtk:rate_limit"):match("^%S+ %S+ (%d+) %S+ (%d+) %S+ %S+ %S+ %S+ (%d+)")
      assert.same({ 20, 0 }, { quota - remaining, tonumber(pending) })
    end)

    it("limits alone after the timeout, and leaves Redis alone for a while", function()
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

    it("waits for its turn at a unix socket that is crowded", function()
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

    it("takes replies in pieces, and no longer than the timeout", function()
      local sha = ("ab"):rep(20)
      local pieces = ("$40\\r\\n%s\\r\\n$8\\r\\n0.250000\\r\\n"):format(sha)
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

    it("says so when Redis is gone, and when it is back", function()
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

    it("keeps few of many connections, and notices when those were closed", function()
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

    it("uses one connection wherever it is asked", function()
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

    it("logs in and chooses the database", function()
      local closed = redis_server.start("--requirepass s3cret")
      finally(function()
        closed:stop()
      end)
      run(function()
        local self = limiter({ port = closed.port, password = "s3cret", database = 2 })
        assert.same({ 0 }, { admit(self) })
        local _, note = admit(limiter({ port = closed.port }))
        assert.truthy(note:find("NOAUTH", 1, true), note)
      end)
      assert.truthy(closed:cli("-a s3cret --no-auth-warning -n 2 keys '*'"):find("rtk:rate_limit"))
    end)

    it("looks up names", function()
      run(function()
        assert.same({ 0 }, { admit(limiter({ host = "localhost" })) })
        local _, note = admit(limiter({ host = "nowhere.invalid", timeout = 5 }))
        -- A name server may be too far away to say that there is none.
        local found = note:find("no address of nowhere.invalid", 1, true) or note:find("(timeout)")
        assert.truthy(found, note)
      end)
    end)

    it("says that nobody listens", function()
      run(function()
        local _, note = admit(limiter({ port = process.free_ports(1)[1] }))
        assert.truthy(note:find("(connection refused)", 1, true), note)
      end)
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
        task.co = task.co or task._co
        loop.sleep(0.05)
        give_up(task)
      end)
      server:release()
      assert.is_false(is_answered)
      wait_for_connections(0)
      run(function()
        assert.same({ 0 }, { admit(self) })
      end)
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

    it("shares no connection with a child", function()
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
