-- SPDX-License-Identifier: MIT
local field = require("rtk.emulator.http.field")
local json = require("rtk.emulator.util.json")
local record = require("rtk.emulator.state.record")

local fields = field.object({
  text = field.string(),
  list = field.array(field.string()),
  free = field.any(),
  object = field.object({ a = field.number(), b = field.number() }),
})

local function merged(current, body)
  return json.encode(record.merge(fields, json.decode(current), json.decode(body)))
end

describe("rtk.emulator.state.record", function()
  it("puts in what the body has and keeps the rest", function()
    assert.equal('{"free":1,"text":"b"}', merged('{"text":"a","free":1}', '{"text":"b"}'))
  end)

  it("merges objects with known members", function()
    assert.equal('{"object":{"a":1,"b":2}}', merged('{"object":{"a":1}}', '{"object":{"b":2}}'))
    assert.equal('{"object":{"b":2}}', merged("{}", '{"object":{"b":2}}'))
    assert.equal('{"object":{"a":1}}', merged('{"object":{"a":1}}', '{"object":{}}'))
  end)

  it("replaces arrays and free-form values as a whole", function()
    assert.equal('{"list":[]}', merged('{"list":["a"]}', '{"list":[]}'))
    assert.equal('{"free":{"b":null}}', merged('{"free":{"a":1}}', '{"free":{"b":null}}'))
  end)

  it("takes members away for null, at any depth", function()
    assert.equal("{}", merged('{"text":"a"}', '{"text":null}'))
    assert.equal('{"object":{"b":2}}', merged('{"object":{"a":1,"b":2}}', '{"object":{"a":null}}'))
    assert.equal("{}", merged("{}", '{"object":null}'))
  end)

  it("changes neither argument", function()
    local current, body = { object = { a = 1 } }, { object = { b = 2 }, list = { "x" } }
    local result = record.merge(fields, current, body)
    result.list[1], result.object.a = "y", 9
    assert.same({ object = { a = 1 } }, current)
    assert.same({ object = { b = 2 }, list = { "x" } }, body)
  end)
end)
