-- SPDX-License-Identifier: MIT
-- submit with a timeout waits for the result itself, which takes less than a step does.

local call = require("spec.support.clients.call")
local process = require("spec_process")
local signals = require("spec.support.asserts.signals")
local webserver = require("spec.support.servers.webserver")

local MOST_ALLOCATIONS = 2000

describe("transport:submit with a timeout", function()
  local server = webserver.around()
  local transport

  call.around(function(opened)
    transport = opened
  end)

  local function get(path, options)
    options = options or {}
    options.method, options.url = "GET", server.http .. path
    return options
  end

  it("returns the id and the result of the only request", function()
    for expected = 1, 3 do
      local id, result = transport:submit(get("/static/object.json"), 60)
      assert.equal(expected, id)
      assert.equal(id, result.id)
      assert.equal("7a1c-42", result.value.data.id)
      assert.equal(0, transport:pending())
      assert.same({}, (transport:step(0)))
    end
  end)

  it("returns a failure as a result", function()
    local id, result = transport:submit(get("/reset"), 60)
    assert.equal(id, result.id)
    assert.equal("connection", result.kind)
    assert.equal(0, transport:pending())
  end)

  it("returns the id alone when the result takes longer", function()
    local id, result = transport:submit(get("/late/object.json"), 0.001)
    assert.is_nil(result)
    assert.equal(1, transport:pending())
    assert.equal("7a1c-42", call.drain(transport)[id].value.data.id)
  end)

  it("returns the id alone while there are other requests", function()
    local first = transport:submit(get("/late/object.json"))
    local second, result = transport:submit(get("/static/object.json"), 60)
    assert.is_nil(result)
    local results = call.drain(transport)
    assert.equal("7a1c-42", results[first].value.data.id)
    assert.equal("7a1c-42", results[second].value.data.id)
  end)

  it("returns the id alone of a stream, which is held", function()
    local id, result = transport:submit(get("/static/object.json", { stream = true }), 60)
    assert.is_nil(result)
    local held = transport:step(60)[1]
    assert.equal(id, held.id)
    assert.is_true(held.held)
  end)

  it("takes no timeout below 0, nor one that is no number", function()
    for _, timeout in ipairs({ -1, 0 / 0, "soon" }) do
      assert.has_error(function()
        transport:submit(get("/static/object.json"), timeout)
      end)
    end
    assert.equal(0, transport:pending())
  end)

  it("keeps the reply where there is no memory for it", function()
    local result
    for count = 0, MOST_ALLOCATIONS do
      local ok, message = process.scarcely(count, function()
        local _, found = transport:submit(get("/static/object.json"), 60)
        result = found
      end)
      if ok then break end
      assert.truthy(tostring(message):find("memory"), message)
      for _, kept in pairs(call.drain(transport)) do
        assert.equal("7a1c-42", kept.value.data.id)
      end
    end
    assert.equal("7a1c-42", result.value.data.id)
    assert.equal(0, transport:pending())
  end)

  it("returns the id alone when a signal comes", function()
    local id, result
    signals.during(function()
      id, result = transport:submit(get("/gate?name=shut"), 60)
    end)
    assert.equal(1, id)
    assert.is_nil(result)
    assert.equal(1, transport:pending())
  end)
end)
