-- SPDX-License-Identifier: MIT
local call = require("rtk.http.call")
local clients = require("spec.support.clients.clients")
local operation = require("rtk.schema.operation")

describe("rtk.http.call", function()
  local shared = {
    settings = { timeout = 60, max_retries = 2 },
    runtime = {
      now = function()
        return 100
      end,
    },
    header_lines = function(has_body, extra)
      return { tostring(has_body), extra }
    end,
  }
  local creating = operation.of("POST /meetings")

  local function new(op, body, options)
    return call.new(shared, op, "https://a.test/p", "/meetings", { a = 1 }, body, options or {})
  end

  it("is what the transport takes as a request", function()
    local made = new(creating, { title = "T" }, { headers = "mine" })
    assert.equal("POST", made.method)
    assert.equal("https://a.test/p/meetings?a=1", made.url)
    assert.equal('{"title":"T"}', made.body)
    assert.same({ "true", "mine" }, made.headers)
  end)

  it("begins with no attempt, and knows what to show of itself", function()
    local made = new(creating)
    assert.equal(0, made.attempt)
    assert.equal(0, made.elapsed)
    assert.equal("/meetings", made.path)
    assert.equal(creating, made.operation)
    assert.is_nil(made.deadline)
  end)

  it("has a deadline when there is a total timeout", function()
    local made = new(creating, nil, { total_timeout = 7, timeout = 3 })
    assert.equal(107, made.deadline)
    assert.equal(3, made.attempt_timeout)
  end)

  it("refuses a body where none is sent", function()
    local message = clients.misuse_of(new, operation.unknown("HEAD"), {})
    assert.truthy(message:find("HEAD sends no body", 1, true), message)
  end)
end)
