-- SPDX-License-Identifier: MIT
-- Connections may die in silence between two requests, or under one. None that did, or is about
-- to, is used twice, and those that are kept are probed.

local call = require("spec.support.clients.call")
local rawserver = require("spec.support.servers.rawserver")
local shell = require("spec.support.servers.shell")
local shim = require("spec.support.servers.shim")
local workdir = require("spec.support.servers.workdir")

local REPLY = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"

-- What /proc/net/tcp calls a timer that sends probes.
local KEEPALIVE = "02"

-- A machine that was suspended for an hour before there was a file "awake".
local SUSPENDED = [[
  #include <dlfcn.h>
  #include <stdlib.h>
  #include <time.h>
  #include <unistd.h>

  int clock_gettime(clockid_t id, struct timespec *now)
  {
    int (*get)(clockid_t, struct timespec *) =
        dlsym(RTLD_NEXT, "clock_gettime");
    int result = get(id, now);
    if (id == CLOCK_REALTIME && access(getenv("AWAKE"), F_OK) == 0)
      now->tv_sec += 3600;
    return result;
  }
]]

local THREE_CALLS = [[
  local transport = assert(require("rtk.core").transport({ proxy = "" }))
  for number = 1, 3 do
    if number == 3 then assert(io.open(os.getenv("AWAKE"), "w")):close() end
    transport:submit({ method = "GET", url = "%s/" .. number, connect_timeout = 60 })
    local result = transport:step(60)[1]
    print(result.status, result.message)
  end
]]

describe("a connection that is kept", function()
  local serve = rawserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end)

  it("is not used again after a request that timed out on it", function()
    local server
    -- A machine may stall for longer than the first.
    for _, timeout in ipairs({ 0.3, 3, 20 }) do
      server = serve({ "read", "send", REPLY, "read", "hold" }, { "read", "send", REPLY, "again" })
      assert.equal(200, call.one(transport, server.url .. "/1").status)
      local lost = call.one(transport, server.url .. "/2", { timeout = timeout })
      assert.equal("timeout", lost.kind)
      if #server:requests() == 2 then
        assert.is_true(lost.sent)
        break
      end
    end
    for number = 3, 4 do
      assert.equal(200, call.one(transport, server.url .. "/" .. number).status)
    end
    assert.same({
      "conn 1 request 1 GET /1 HTTP/1.1",
      "conn 1 request 2 GET /2 HTTP/1.1",
      "conn 2 request 1 GET /3 HTTP/1.1",
      "conn 2 request 2 GET /4 HTTP/1.1",
    }, server:requests())
  end)

  it("is not used again after a request that was cancelled on it", function()
    local server = serve({ "read", "hold" }, { "read", "send", REPLY, "again" })
    local id = call.submit(transport, server.url .. "/1")
    while #server:requests() == 0 do
      transport:step(0.01)
    end
    assert.same({ true, true }, { transport:cancel(id) })
    assert.equal(200, call.one(transport, server.url .. "/2").status)
    assert.same("conn 2 request 1 GET /2 HTTP/1.1", server:requests()[2])
  end)

  for _, row in ipairs({
    {
      "is used again while its server keeps it",
      "Keep-Alive: timeout=60, max=9",
      "conn 1 request 3",
    },
    { "is used again if its server names no time", "Keep-Alive: max=9", "conn 1 request 3" },
    {
      "is not used again when its server is about to close it",
      "keep-alive: max=9, timeout=1",
      "conn 3 request 1",
    },
  }) do
    it(row[1], function()
      local reply = REPLY:gsub("Content", row[2] .. "\\r\\n%0")
      local server = serve({ "read", "send", reply, "again" })
      for number = 1, 3 do
        assert.equal(200, call.one(transport, server.url .. "/" .. number).status)
      end
      assert.equal(row[3] .. " GET /3 HTTP/1.1", server:requests()[3])
    end)
  end

  it("is not used again after the machine was suspended", function()
    local server = serve({ "read", "send", REPLY, "again" })
    local directory = workdir.new()
    local library = shim.build(directory, "shim", SUSPENDED, "-ldl")
    local environment = ("AWAKE=%s/awake %s"):format(directory, shim.before(library))
    local output = shell.lua_output(THREE_CALLS:format(server.url), environment)
    workdir.remove(directory)
    assert.equal("200\tnil\n200\tnil\n200\tnil", output)
    assert.same({
      "conn 1 request 1 GET /1 HTTP/1.1",
      "conn 1 request 2 GET /2 HTTP/1.1",
      "conn 2 request 1 GET /3 HTTP/1.1",
    }, server:requests())
  end)

  it("is probed while nothing is sent", function()
    local server = serve({ "read", "send", REPLY, "hold" })
    call.one(transport, server.url)
    local to_server = (" 0100007F:%04X 01 %%x+:%%x+ (%%x%%x):"):format(server.port)
    assert.equal(KEEPALIVE, workdir.read("/proc/net/tcp"):match(to_server))
  end)
end)
