-- SPDX-License-Identifier: MIT
-- A program that is busy with something else looks at its replies late: then those count that came
-- meanwhile, whatever was to be looked at before.

local call = require("spec.support.clients.call")
local core = require("rtk.core")
local process = require("spec_process")
local rawserver = require("spec.support.servers.rawserver")

local COUNT = 3
local LINE = (" "):rep(999) .. "\\n"
local HEAD = "HTTP/1.1 200 OK\\r\\nContent-Length: 50002\\r\\n\\r\\n{}"
local GREETING = "HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"

-- A server that keeps its connection, and then sends so many lines of the 50 of a reply, at once.
local function script(lines)
  return { "read", "send", GREETING, "read", "await", "send", HEAD .. LINE:rep(lines), "hold" }
end

describe("a reply that nobody looked for before its deadline", function()
  local serve = rawserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end)

  local function are_sent(servers)
    for _, server in ipairs(servers) do
      if #server:requests() < 2 then return false end
    end
    return true
  end

  -- Submits requests over connections that are there. True if the whole of what the servers send
  -- has come and nobody has looked when the deadline passes.
  local function submit_all(servers, timeout)
    for _, server in ipairs(servers) do
      assert.equal(200, call.one(transport, server.url).status)
    end
    for _, server in ipairs(servers) do
      call.submit(transport, server.url, { timeout = timeout })
    end
    while not are_sent(servers) do
      transport:step(0.01)
      if transport:pending() < COUNT then return false end
    end
    for _, server in ipairs(servers) do
      server:go()
      process.await_input(server.port)
    end
    core.sleep(timeout)
    return true
  end

  -- The results of such requests; look gets one.
  local function results_of(lines, look)
    -- A machine may stall for longer than the first, so that a request is not sent in time.
    for _, timeout in ipairs({ 0.3, 3, 20 }) do
      local servers, results = {}, {}
      for number = 1, COUNT do
        servers[number] = serve(script(lines))
      end
      if submit_all(servers, timeout) then
        while #results < COUNT do
          results[#results + 1] = look()
        end
        return results
      end
      call.drain(transport)
    end
    error("requests are not sent")
  end

  local function assert_all_came(results)
    for _, result in ipairs(results) do
      assert.equal(200, result.status, result.message)
      assert.same({}, result.value)
    end
  end

  it("counts when results are taken one by one", function()
    assert_all_came(results_of(50, function()
      return transport:step(60, 1)[1]
    end))
  end)

  it("counts when another request is submitted first", function()
    local other = serve({ "hold" })
    local id
    assert_all_came(results_of(50, function()
      id = id or call.submit(transport, other.url)
      return transport:step(60, 1)[1]
    end))
    assert.is_true(transport:cancel(id))
  end)

  it("does not count when a part of it is missing", function()
    local results = results_of(49, function()
      return transport:step(60, 1)[1]
    end)
    for _, result in ipairs(results) do
      assert.equal("timeout", result.kind)
      assert.matches("49002 bytes of the reply had come", result.message, 1, true)
    end
  end)
end)
