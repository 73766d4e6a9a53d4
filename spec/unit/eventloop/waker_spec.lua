-- SPDX-License-Identifier: MIT
-- The waker without nginx: who may connect, when bytes come, what is left behind.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local socket = require("socket")
local unix = require("socket.unix")
local webserver = require("spec.support.servers.webserver")
local workdir = require("spec.support.servers.workdir")

local PF_EXITING = 4 -- of Linux, among the flags of a thread

describe("a waker", function()
  local directory, waker, others

  -- The directories of all threads, some of which may be gone by now.
  local function tasks()
    return shell.lines(("printf '%%s\\n' /proc/%d/task/*"):format(process.pid()))
  end

  before_each(function()
    directory = workdir.new()
    others = {}
    for _, task in ipairs(tasks()) do
      others[task] = true
    end
    waker = assert(core.waker())
  end)

  after_each(function()
    if waker then waker:close() end
    workdir.remove(directory)
  end)

  -- The kernel still lists a thread for a while that has been waited for.
  local function is_ending(task)
    local flags_in_stat = "%) %a" .. (" %-?%d+"):rep(5) .. " (%d+)"
    local flags = workdir.read(task .. "/stat"):match(flags_in_stat)
    return not flags or math.floor(flags / PF_EXITING) % 2 == 1
  end

  -- The threads that there were not before the waker. Other specs leave some of libuv's.
  local function threads()
    local found = {}
    for _, task in ipairs(tasks()) do
      if not others[task] and not is_ending(task) then found[#found + 1] = task end
    end
    return found
  end

  -- The signals that a thread blocks, as a hexadecimal number. Read from here, since starting a
  -- program blocks all signals for a moment.
  local function blocked_by(task)
    return shell.read(task .. "/status"):match("SigBlk:%s*(%x+)")
  end

  -- Runs f in a child of fork.
  local function in_child(f)
    local pid = process.fork()
    if pid == 0 then process.exit(pcall(f) and 0 or 1) end
    assert.equal(0, process.wait(pid))
  end

  local function started()
    local connection = assert(socket.connect("127.0.0.1", assert(waker:listen())))
    assert(waker:start())
    connection:settimeout(60)
    return connection
  end

  -- Whether a byte comes soon; one that is still to come would be late.
  local function has_byte(connection, seconds)
    return socket.select({ connection }, nil, seconds)[1] ~= nil
  end

  it("listens where only its user gets in, and leaves nothing there", function()
    local path = assert(waker:listen(directory))
    assert.equal(
      "700 600",
      shell.check(("stat -c %%a %s/rtk-* %s | xargs"):format(directory, path))
    )
    waker:close()
    assert.equal("", shell.check("ls " .. directory))
  end)

  it("does not take the connection of another process", function()
    local path = assert(waker:listen(directory))
    in_child(function()
      assert(unix.stream():connect(path))
    end)
    local ok, message = waker:start()
    assert.is_nil(ok)
    assert.matches("could not start a waker", message, 1, true)
    assert.equal("", shell.check("ls " .. directory))
    local port = assert(waker:listen())
    in_child(function()
      assert(socket.connect("127.0.0.1", port))
    end)
    assert.is_nil((waker:start()))
    assert.same({}, threads())
  end)

  it("does not take it although it has another socket of the same address", function()
    local mine, port = socket.udp(), process.free_ports(1)[1]
    assert(mine:setsockname("127.0.0.1", port))
    local listening = assert(waker:listen())
    in_child(function()
      local stranger = socket.tcp()
      assert(stranger:bind("127.0.0.1", port))
      assert(stranger:connect("127.0.0.1", listening))
    end)
    local ok = waker:start()
    mine:close()
    assert.is_nil(ok)
  end)

  it("says why it cannot listen", function()
    local path, message = waker:listen(directory .. "/none")
    assert.is_nil(path)
    assert.matches("could not listen: No such file", message, 1, true)
    assert.is_nil((waker:listen(directory .. ("/long"):rep(40))))
  end)

  it("sends a byte when a transport has something to do, then waits to be rearmed", function()
    local server = webserver.start()
    finally(function()
      server:stop()
    end)
    local connection = started()
    local transport = assert(core.transport({ proxy = "" }))
    local id = call.submit(transport, server.http .. "/slow?ms=100")
    assert.is_true(waker:watch(transport:fd(), 4000000000))
    local result
    while not result do
      assert(connection:receive(1))
      assert.same({ 4000000000 }, waker:ready())
      assert.is_false(has_byte(connection, 0.02))
      result = transport:step(0)[1]
      waker:rearm()
    end
    assert.equal(id, result.id)
    waker:unwatch(transport:fd())
    call.submit(transport, server.http .. "/slow?ms=1")
    assert.is_false(has_byte(connection, 0.1))
    assert.same({}, waker:ready())
    transport:close()
  end)

  it("sends a byte on request", function()
    local connection = started()
    waker:wake()
    assert.equal("\0", connection:receive(1))
  end)

  it("has one thread, which takes no signals and ends before close returns", function()
    local connection = started()
    local own = threads()
    assert.equal(1, #own)
    -- All that can be blocked; libc, or valgrind, decides about the few above 31, and libc
    -- blocks its own ones while the thread starts.
    assert.matches("[7f]ffbfeff$", blocked_by(own[1]))
    assert.matches("0000$", blocked_by("/proc/self"))
    waker:close()
    waker:close()
    assert.same({}, threads())
    assert.is_nil((connection:receive(1)))
    assert.has_error(function()
      waker:rearm()
    end, "waker is closed")
  end)

  it("is closed by the collector", function()
    started()
    waker = nil
    collectgarbage()
    collectgarbage()
    assert.same({}, threads())
  end)

  it("loses its thread when nobody listens, and closes all the same", function()
    started():close()
    waker:wake()
    waker:wake()
  end)

  it("goes on after more bytes than fit", function()
    local connection = started()
    local transport = assert(core.transport({ proxy = "" }))
    for _ = 1, 300000 do
      waker:wake()
    end
    -- Its descriptor is readable at once, and stays so.
    assert(waker:watch(transport:fd(), 1))
    call.submit(transport, "http://127.0.0.1:1/")
    core.sleep(0.05)
    connection:settimeout(0)
    local _, problem, bytes = connection:receive("*a")
    assert.equal("timeout", problem)
    assert.equal(("\0"):rep(#bytes), bytes)
    connection:settimeout(60)
    waker:rearm()
    assert.equal("\0", connection:receive(1))
    transport:close()
  end)

  it("can only be closed in a child of fork", function()
    local connection = started()
    in_child(function()
      local ok, message = pcall(waker.wake, waker)
      assert(not ok and message:find("waker belongs to the parent process", 1, true), message)
      waker:close()
    end)
    assert.is_false(has_byte(connection, 0))
    waker:wake()
    assert.equal("\0", connection:receive(1))
  end)

  it("keeps its socket when a child of fork closes it", function()
    local path = assert(waker:listen(directory))
    in_child(function()
      waker:close()
    end)
    assert.equal(path, shell.check("ls " .. path))
  end)
end)
