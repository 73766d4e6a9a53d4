-- SPDX-License-Identifier: MIT
local core = require("rtk.core")
local operation = require("rtk.request.operation")
local payload = require("rtk.request.payload")
local read_only = require("spec.support.data.read_only")

describe("rtk.request.payload", function()
  it("knows whether a method's fields are its query or its body", function()
    assert.equal("query", payload.name_of("GET"))
    assert.equal("query", payload.name_of("DELETE"))
    assert.equal("body", payload.name_of("PATCH"))
    for _, method in ipairs({ "get", "TRACE", "GET ", "G\nET", 5 }) do
      assert.is_false(pcall(payload.name_of, method))
    end
  end)

  it("merges extra fields at every depth and changes neither table", function()
    local fields = { a = { b = 1, list = { 1 } }, c = 2 }
    local extra = { a = { d = 3, list = { 9, 8 } }, c = { e = 4 } }
    local merged = payload.fields("body", fields, extra)
    assert.same({ a = { b = 1, d = 3, list = { 9, 8 } }, c = { e = 4 } }, merged)
    assert.same({ a = { b = 1, list = { 1 } }, c = 2 }, fields)
    assert.same({ a = { d = 3, list = { 9, 8 } }, c = { e = 4 } }, extra)
    assert.is_nil(payload.fields("body", nil, nil))
    assert.same({ x = 1 }, payload.fields("body", nil, { x = 1 }))
  end)

  it("encodes the body as JSON and names the field that cannot be encoded", function()
    local op = operation.unknown("POST")
    assert.equal("{}", payload.encode_body({}, op))
    assert.equal('{"a":null}', payload.encode_body({ a = core.null }, op))
    local layers = { layers = { default = { outputs = { 1, 0 / 0 } } } }
    local ok, message = pcall(payload.encode_body, layers, op)
    assert.is_false(ok)
    assert.truthy(message:find("body.layers.default.outputs[2]", 1, true), message)
  end)

  it("reads tables in a body through their __pairs, and marks arrays in them", function()
    local op = operation.named["POST /webhooks"]
    assert.equal('{"events":[]}', payload.encode_body({ events = read_only({}) }, op))
    assert.equal('{"events":["a"]}', payload.encode_body(read_only({ events = { "a" } }), op))
    local ok, message = pcall(payload.encode_body, { a = { read_only({ b = 0 / 0 }) } }, op)
    assert.is_false(ok)
    assert.truthy(message:find("body.a[1].b: cannot encode NaN", 1, true), message)
  end)

  it("merges extra fields into tables that are read through their __pairs", function()
    local fields =
      payload.fields("body", read_only({ a = { b = 1 }, c = 2 }), read_only({ a = { d = 3 } }))
    assert.same({ a = { b = 1, d = 3 }, c = 2 }, fields)
  end)

  it("names a cycle in extra fields", function()
    local cycle = {}
    cycle.a = cycle
    local ok, message = pcall(payload.fields, "body", cycle, cycle)
    assert.is_false(ok)
    assert.truthy(message:find("body is nested too deeply", 1, true), message)
  end)
end)
