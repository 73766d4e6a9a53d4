-- SPDX-License-Identifier: MIT
-- Who may open a connection, and how long that may take: each request for itself, from when it
-- may begin.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")
local webserver = require("spec.support.servers.webserver")

local EMPTY = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"

describe("connecting", function()
  local web = webserver.around()
  local opened

  before_each(function()
    opened = {}
  end)

  after_each(function()
    for _, transport in ipairs(opened) do
      transport:close()
    end
  end)

  local function open(max_connections)
    local options = { proxy = "", ca_file = web.ca_file, max_connections = max_connections }
    local transport = assert(core.transport(options))
    opened[#opened + 1] = transport
    return transport
  end

  local serve = rawserver.around()

  -- The URL of a server that accepts connections and says nothing in the handshake.
  local function silent_url()
    return (serve({ "hold" }).url:gsub("^http:", "https:"))
  end

  it("takes no longer for 20 requests at once than for one", function()
    local transport, url = open(), silent_url()
    for _ = 1, 20 do
      call.submit(transport, url, { connect_timeout = 0.5 })
    end
    local started = core.now()
    local _, results = call.drain(transport)
    for _, result in ipairs(results) do
      assert.equal("timeout", result.kind)
      assert.is_false(result.sent)
      assert.matches("^timed out connecting to 127.0.0.1:%d+ after 0.5 s$", result.message)
    end
    assert.is_true(core.now() - started < 9)
  end)

  it("does not wait for the handshake of another request", function()
    local transport = open()
    call.submit(transport, silent_url(), { connect_timeout = 60 })
    for _ = 1, 5 do
      call.submit(transport, web.https .. "/echo")
    end
    for _ = 1, 5 do
      assert.equal(200, transport:step(60, 1)[1].status)
    end
    assert.equal(1, transport:pending())
  end)

  it("is not timed while another request has the only connection", function()
    -- What comes of three that wait for twice that time.
    local function outcomes(connect_timeout)
      local transport = open(1)
      local server = serve({ "read", "sleep", 2000 * connect_timeout, "send", EMPTY, "again" })
      for _ = 1, 3 do
        call.submit(transport, server.url, { connect_timeout = connect_timeout })
      end
      local found = {}
      for index, result in ipairs(select(2, call.drain(transport))) do
        found[index] = result.status or result.message
      end
      return found
    end
    local found
    -- A machine may stall for longer than the first.
    for _, connect_timeout in ipairs({ 0.2, 1.5, 10 }) do
      found = outcomes(connect_timeout)
      if found[1] == 200 then break end
    end
    assert.same({ 200, 200, 200 }, found)
  end)

  it("comes in the order of submission", function()
    local transport = open(1)
    local server = serve({ "read", "send", EMPTY, "again" })
    for index = 1, 9 do
      call.submit(transport, server.url .. "/" .. index)
    end
    assert.equal(9, transport:pending())
    call.drain(transport)
    local expected = {}
    for index = 1, 9 do
      expected[index] = ("conn 1 request %d GET /%d HTTP/1.1"):format(index, index)
    end
    assert.same(expected, server:requests())
  end)

  it("is not begun for a request that was cancelled or overdue while it waited", function()
    local transport = open(1)
    local server = serve({ "read", "await", "send", EMPTY, "again" })
    local first = call.submit(transport, server.url .. "/first")
    local cancelled = call.submit(transport, server.url .. "/cancelled")
    local overdue = call.submit(transport, server.url .. "/overdue", { timeout = 0.1 })
    local last = call.submit(transport, server.url .. "/last")
    assert.same({ true, false }, { transport:cancel(cancelled) })
    local result = transport:step(60)[1]
    assert.same({ overdue, "timeout", false }, { result.id, result.kind, result.sent })
    server:go()
    local by_id = call.drain(transport)
    assert.equal(200, by_id[first].status)
    assert.equal(200, by_id[last].status)
    assert.equal(2, #server:requests())
  end)

  it("raises for a malformed URL, also of a request that would have to wait", function()
    local transport = open(1)
    for _ = 1, 2 do
      local ok, message = pcall(transport.submit, transport, {
        method = "GET",
        url = "http://127.0.0.1:notaport/",
      })
      assert.is_false(ok)
      assert.matches("field 'url' is malformed", message)
      call.submit(transport, web.http .. "/gate?name=never")
    end
    assert.equal(2, transport:pending())
  end)

  it("leaves a descriptor for event loops unread unless something is connecting", function()
    local transport = open()
    local fd = transport:fd()
    call.submit(transport, web.https .. "/gate?name=idle")
    web:await("idle", 1, function()
      transport:step(0.01)
    end)
    -- What was armed while it was connecting may come still.
    local wakes = 0
    while process.readable(fd, 0.3) do
      transport:step(0)
      wakes = wakes + 1
    end
    assert.is_true(wakes < 8, wakes)
    web:open("idle")
    call.drain(transport)
  end)
end)
