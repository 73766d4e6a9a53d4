-- SPDX-License-Identifier: MIT
-- A child of fork gets a transport that works, and the parent keeps what it had:
-- connections, requests in flight and its descriptor to wait for.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local shell = require("spec.support.servers.shell")
local shim = require("spec.support.servers.shim")
local webserver = require("spec.support.servers.webserver")
local workdir = require("spec.support.servers.workdir")

local LONGEST = 60 -- seconds that a child takes, unless it waits endlessly

-- Stands before the C library: each name has the address 127.0.0.1, which the process that loaded
-- it learns only when another end of the FIFO was opened for writing and closed again.
local SLOW_RESOLVER = [[
  #include <dlfcn.h>
  #include <fcntl.h>
  #include <netdb.h>
  #include <stdlib.h>
  #include <unistd.h>

  static pid_t loader;

  __attribute__((constructor)) static void note_loader(void)
  {
    loader = getpid();
  }

  static void await_end(const char *fifo)
  {
    char byte;
    int fd = open(fifo, O_RDONLY);
    while (read(fd, &byte, 1) > 0)
      continue;
    close(fd);
  }

  int getaddrinfo(const char *name, const char *service,
                  const struct addrinfo *hints, struct addrinfo **result)
  {
    int (*resolve)(const char *, const char *, const struct addrinfo *,
                   struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
    if (getpid() == loader)
      await_end(getenv("RESOLVING"));
    return resolve("127.0.0.1", service, hints, result);
  }
]]

local RESOLVES_AND_FORKS = [[
  local call = require("spec.support.clients.call")
  local process = require("spec_process")
  local transport, url = assert(require("rtk.core").transport({ proxy = "" })), "%s"
  local parents = call.submit(transport, url)
  -- Opened when the thread that resolves has opened it.
  local fifo = assert(io.open(os.getenv("RESOLVING"), "w"))
  local pid = process.fork(%d)
  if pid == 0 then
    local kind = call.drain(transport)[parents].kind
    print("child", kind, call.one(transport, url).status)
    io.stdout:flush()
    process.exit(0)
  end
  process.wait(pid)
  fifo:close()
  print("parent", call.drain(transport)[parents].status)
]]

describe("transport after a fork", function()
  local server = webserver.around()
  local serve = rawserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end, server)

  local SIGKILL, SIGALRM = 9, 14

  -- Runs f in a child, which must not fail. The child ends so that valgrind does not look for leaks
  -- in it: what it inherited is left to the parent on purpose.
  local function in_child(f)
    local directory = workdir.new()
    local pid = process.fork(LONGEST)
    if pid == 0 then
      local ok, message = pcall(f)
      workdir.write(directory .. "/message", ok and "it succeeded" or tostring(message))
      process.kill(process.pid(), SIGKILL)
    end
    local status = process.wait(pid)
    local message = status == 128 + SIGALRM and "it waits endlessly"
      or workdir.read(directory .. "/message")
    workdir.remove(directory)
    assert.same({ "it succeeded", 128 + SIGKILL }, { message, status })
  end

  for _, kind in ipairs({ "http", "https" }) do
    it("leaves the parent its " .. kind .. " connection and makes its own", function()
      local first = call.one(transport, server[kind] .. "/echo").value.connection
      in_child(function()
        local mine = call.one(transport, server[kind] .. "/echo").value.connection
        assert(mine ~= first)
        assert(call.one(transport, server[kind] .. "/echo").value.connection == mine)
        transport:close()
      end)
      in_child(function()
        transport:close()
      end)
      local again = call.one(transport, server[kind] .. "/echo")
      assert.equal(first, again.value.connection)
      assert.equal(200, again.status)
    end)
  end

  it("gives the parent's requests back as cancelled in the child only", function()
    local kinds, ids = { "http", "https" }, {}
    -- Over connections that are there already, requests are sent at once.
    for _, kind in ipairs(kinds) do
      call.one(transport, server[kind] .. "/echo")
    end
    for index, kind in ipairs(kinds) do
      ids[index] = call.submit(transport, server[kind] .. "/gate?name=fork")
    end
    transport:fd()
    server:await("fork", #kinds, function()
      transport:step(0.01)
    end)
    in_child(function()
      local results = call.drain(transport)
      for _, id in ipairs(ids) do
        assert(results[id].kind == "cancelled", results[id].kind)
        assert(results[id].sent == true)
      end
      assert(call.one(transport, server.https .. "/echo").status == 200)
    end)
    server:open("fork")
    local results = call.drain(transport)
    for _, id in ipairs(ids) do
      assert.equal(200, results[id].status, results[id].message)
    end
  end)

  it("gives back in the child what waits for a connection, too, as never sent", function()
    local queued = assert(core.transport({ proxy = "", max_connections = 1 }))
    local empty = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"
    local raw, ids = serve({ "read", "await", "send", empty, "again" }), {}
    for index = 1, 500 do
      ids[index] = call.submit(queued, raw.url .. "/" .. index)
    end
    while #raw:requests() < 1 do
      queued:step(0.01)
    end
    in_child(function()
      local by_id, results = call.drain(queued)
      assert(#results == 500)
      for index, id in ipairs(ids) do
        assert(by_id[id].kind == "cancelled")
        assert(by_id[id].sent == (index == 1))
        assert(not queued:cancel(id))
      end
    end)
    for index = 2, 499 do
      assert.same({ true, false }, { queued:cancel(ids[index]) })
    end
    raw:go()
    local by_id = call.drain(queued)
    assert.equal(200, by_id[ids[1]].status)
    assert.equal(200, by_id[ids[500]].status)
    assert.equal(2, #raw:requests())
    queued:close()
  end)

  it("wakes the parent's event loop as before", function()
    local fd = transport:fd()
    call.submit(transport, server.http .. "/slow?ms=150")
    in_child(function()
      transport:step(0)
      transport:close()
    end)
    local results = {}
    while not results[1] do
      assert.is_true(process.readable(fd, 60))
      results = transport:step(0)
    end
    assert.equal(200, results[1].status)
  end)

  -- The thread that resolves waits for certain then, and holds no lock that the child would find
  -- locked: ASan's allocator has one, which a fork at any other moment may copy.
  it("resolves names in the child although the parent was resolving", function()
    local directory = workdir.new()
    local fifo = directory .. "/resolving"
    shell.check("mkfifo " .. fifo)
    local library = shim.build(directory, "resolver", SLOW_RESOLVER, "-ldl")
    local before = ("RESOLVING=%s timeout %d env "):format(fifo, 2 * LONGEST)
    local url = server.http:gsub("127%.0%.0%.1", "name.test") .. "/echo"
    local script = RESOLVES_AND_FORKS:format(url, LONGEST)
    local output = shell.lua_output(script, before .. shim.before(library))
    workdir.remove(directory)
    assert.equal("child\tcancelled\t200\nparent\t200", output)
  end)

  it("leaves the parent its connections when a child collects its garbage", function()
    local parents = assert(core.transport({ ca_file = server.ca_file, proxy = "" }))
    local first = call.one(parents, server.https .. "/echo").value.connection
    local holder = { parents }
    local weak = setmetatable({ parents }, { __mode = "v" })
    in_child(function()
      parents, holder[1] = nil, nil -- luacheck: ignore
      collectgarbage()
      collectgarbage()
      assert(not weak[1], "it is still there")
    end)
    assert.equal(first, call.one(holder[1], server.https .. "/echo").value.connection)
    holder[1]:close()
  end)
end)
