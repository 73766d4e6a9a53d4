-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local operation = require("rtk.schema.operation")
local read_only = require("spec.support.asserts.read_only")
local request = require("rtk.http.request")

describe("rtk.http.request", function()
  it("knows what a method's table is", function()
    assert.equal("query", request.payload_of("GET"))
    assert.equal("query", request.payload_of("DELETE"))
    assert.equal("body", request.payload_of("PATCH"))
    for _, method in ipairs({ "get", "TRACE", "GET ", "G\nET", 5 }) do
      assert.is_false(pcall(request.payload_of, method))
    end
  end)

  it("merges extra fields at every depth and changes neither table", function()
    local fields = { a = { b = 1, list = { 1 } }, c = 2 }
    local extra = { a = { d = 3, list = { 9, 8 } }, c = { e = 4 } }
    local merged = request.fields("body", fields, extra)
    assert.same({ a = { b = 1, d = 3, list = { 9, 8 } }, c = { e = 4 } }, merged)
    assert.same({ a = { b = 1, list = { 1 } }, c = 2 }, fields)
    assert.same({ a = { d = 3, list = { 9, 8 } }, c = { e = 4 } }, extra)
    assert.is_nil(request.fields("body", nil, nil))
    assert.same({ x = 1 }, request.fields("body", nil, { x = 1 }))
  end)

  it("writes the query with its question mark, unless it is empty", function()
    assert.equal("?a=1", request.query({ a = 1 }))
    assert.equal("", request.query({}))
  end)

  it("writes the body as JSON and names the place of what has no form there", function()
    local op = operation.unknown("POST")
    assert.equal("{}", request.body({}, op))
    assert.equal('{"a":null}', request.body({ a = core.null }, op))
    local layers = { layers = { default = { outputs = { 1, 0 / 0 } } } }
    local ok, message = pcall(request.body, layers, op)
    assert.is_false(ok)
    assert.truthy(message:find("body.layers.default.outputs[2]", 1, true), message)
  end)

  it("reads tables in a body through their __pairs, and marks arrays in them", function()
    local op = operation.of("POST /webhooks")
    assert.equal('{"events":[]}', request.body({ events = read_only({}) }, op))
    assert.equal('{"events":["a"]}', request.body(read_only({ events = { "a" } }), op))
    local ok, message = pcall(request.body, { a = { read_only({ b = 0 / 0 }) } }, op)
    assert.is_false(ok)
    assert.truthy(message:find("body.a[1].b: cannot encode NaN", 1, true), message)
  end)

  it("merges extra fields into tables that are read through their __pairs", function()
    local fields =
      request.fields("body", read_only({ a = { b = 1 }, c = 2 }), read_only({ a = { d = 3 } }))
    assert.same({ a = { b = 1, d = 3 }, c = 2 }, fields)
  end)

  it("lets later headers win whatever the case of their names", function()
    local lines = request.header_lines({ api_token = "t", headers = { ["USER-AGENT"] = "mine" } })
    assert.same({
      "Accept: application/json",
      "Authorization: Bearer t",
      "USER-AGENT: mine",
    }, lines(false))
    assert.same({
      "ACCEPT: x",
      "Authorization: Bearer t",
      "Content-Type: application/json",
      "USER-AGENT: mine",
    }, lines(true, { ACCEPT = "x" }))
  end)

  it("names a cycle in extra fields", function()
    local cycle = {}
    cycle.a = cycle
    local ok, message = pcall(request.fields, "body", cycle, cycle)
    assert.is_false(ok)
    assert.truthy(message:find("body is nested too deeply", 1, true), message)
  end)

  it("takes the credentials out of what a server repeats", function()
    local redact = request.redactor({ api_token = "a+b%c-secret" })
    assert.equal("Bearer [redacted], [redacted]", redact("Bearer a+b%c-secret, a+b%c-secret"))
    assert.equal("nothing", redact("nothing"))
    redact = request.redactor({ basic = { organization_id = "org", api_key = "key-secret" } })
    assert.equal("[redacted] [redacted]", redact("key-secret b3JnOmtleS1zZWNyZXQ="))
    assert.equal("the t", request.redactor({ api_token = "t" })("the t"))
  end)
end)
