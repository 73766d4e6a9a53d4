-- SPDX-License-Identifier: MIT
-- Requests beyond max_connections: they wait here, in order, are found by id wherever they are,
-- and end at their own deadlines.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local random = require("spec.support.data.random")
local rawserver = require("spec.support.servers.rawserver")

local EMPTY = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"
local CONTENT = "HTTP/1.1 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nabc"

describe("a queue of requests", function()
  local serve = rawserver.around()
  local transport, server

  local function open(max_connections)
    transport = assert(core.transport({ proxy = "", max_connections = max_connections or 1 }))
  end

  after_each(function()
    transport:close()
  end)

  -- Submits that many requests to a server that answers once it is told to; returns their ids.
  local function fill(count)
    server = serve({ "read", "await", "send", EMPTY, "again" })
    local ids = {}
    for index = 1, count do
      ids[index] = call.submit(transport, server.url .. "/" .. index)
    end
    return ids
  end

  -- The paths that the server was asked for, in order.
  local function paths()
    local found = {}
    for index, line in ipairs(server:requests()) do
      found[index] = line:match("GET (%S+)")
    end
    return found
  end

  it("loses those that are cancelled, unsent, and no other", function()
    open()
    local ids = fill(3000)
    local draw, kept = random.new(7), { "/1" }
    transport:step(0)
    for index = 3000, 2, -1 do
      if draw:below(30) > 0 then
        assert.same({ true, false }, { transport:cancel(ids[index]) })
        assert.is_false(transport:cancel(ids[index]))
      else
        table.insert(kept, 2, "/" .. index)
      end
    end
    assert.equal(#kept, transport:pending())
    server:go()
    local _, results = call.drain(transport)
    assert.equal(#kept, #results)
    assert.same(kept, paths())
  end)

  it("goes on with the next when the one in flight is cancelled", function()
    open()
    local ids = fill(3)
    while #server:requests() < 1 do
      transport:step(0.01)
    end
    assert.same({ true, true }, { transport:cancel(ids[1]) })
    server:go()
    local by_id, results = call.drain(transport)
    assert.equal(2, #results)
    assert.equal(200, by_id[ids[2]].status)
    assert.equal(200, by_id[ids[3]].status)
    assert.same({ "/1", "/2", "/3" }, paths())
  end)

  it("has no result of a request that is cancelled when it has ended", function()
    open()
    server = serve({ "read", "send", EMPTY, "again" })
    local first = call.submit(transport, server.url .. "/1", { timeout = 0.05 })
    local second = call.submit(transport, server.url .. "/2", { timeout = 0.05 })
    local third = call.submit(transport, server.url .. "/3")
    core.sleep(0.1)
    -- One is taken; the other has ended, too.
    local taken = transport:step(60, 1)[1].id
    local other = taken == first and second or first
    assert.is_true((transport:cancel(other)))
    local by_id, results = call.drain(transport)
    assert.equal(1, #results)
    assert.equal(200, by_id[third].status)
  end)

  it("ends what is overdue in the order of the deadlines", function()
    open()
    fill(1)
    local draw = random.new(11)
    local bounds, cancelled = {}, {}
    for index = 1, 400 do
      local timeout = (draw:below(200) + 1) / 1000
      local before = core.now()
      local id = call.submit(transport, server.url .. "/" .. index, { timeout = timeout })
      bounds[id] = { before + timeout, core.now() + timeout }
      if index % 3 == 0 then cancelled[id] = true end
    end
    for id in pairs(cancelled) do
      transport:cancel(id)
    end
    local latest, count = 0, 0
    while count < 267 do
      for _, result in ipairs(transport:step(60)) do
        assert.same({ "timeout", false }, { result.kind, result.sent })
        assert.is_nil(cancelled[result.id])
        -- When exactly a request was submitted is only known to lie between two moments.
        assert.is_true(bounds[result.id][2] >= latest)
        latest = math.max(latest, bounds[result.id][1])
        count = count + 1
      end
    end
    assert.equal(1, transport:pending())
  end)

  it("has deadlines for event loops, of those that wait alone, too", function()
    open()
    local fd = transport:fd()
    fill(1)
    local overdue = call.submit(transport, server.url .. "/2", { timeout = 0.2 })
    local results = {}
    while not results[1] do
      assert.is_true(process.readable(fd, 60))
      results = transport:step(0)
    end
    assert.same({ overdue, "timeout", false }, {
      results[1].id,
      results[1].kind,
      results[1].sent,
    })
  end)

  it("lets no stream go on that waits or has ended", function()
    open()
    server = serve({ "read", "await", "send", CONTENT, "again" })
    local first = call.submit(transport, server.url .. "/1", { stream = true })
    local second = call.submit(transport, server.url .. "/2", { stream = true })
    local flow = { resume = second, chunk = 1024, limit = 1024 }
    assert.same({ nil, "there is no transfer to go on with" }, { transport:submit(flow) })
    server:go()
    local held = transport:step(60, 1)[1]
    assert.same({ first, true }, { held.id, held.held })
    assert.equal(first, transport:submit({ resume = first, chunk = 1024, limit = 1024 }))
    local text = ""
    repeat
      local result = transport:step(60, 1)[1]
      if result.id == first then text = text .. (result.text or "") end
      if result.held and result.id == first then
        transport:submit({ resume = first, chunk = 1024, limit = 1024 })
      end
    until result.id == second
    assert.equal("abc", text)
    assert.is_nil((transport:submit({ resume = first, chunk = 1024, limit = 1024 })))
  end)

  it("can be dropped at any time", function()
    for round = 1, 4 do
      open(3)
      local ids = fill(300)
      transport:step(0)
      for index = round, 300, 7 do
        transport:cancel(ids[index])
      end
      transport:close()
    end
  end)
end)
