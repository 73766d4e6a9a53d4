-- SPDX-License-Identifier: MIT

local schema = require("rtk.schema")
local arrays = require("rtk.schema.arrays")
local t = require("rtk.schema.type")

local array_metatable = { __jsontype = "array" }

local function mark()
  return setmetatable({}, array_metatable)
end

local function is_marked(value)
  return getmetatable(value) == array_metatable
end

local function mark_body(key, body)
  return schema.mark_arrays(schema.operation(key:match("^(%S+) (.+)$")), body, mark)
end

describe("schema.arrays", function()
  it("marks an empty table at an array field", function()
    local body = mark_body("POST /webhooks", { name = "n", events = {} })
    assert.is_true(is_marked(body.events))
    assert.equal("n", body.name)
  end)

  it("leaves the caller's tables alone and copies only the way to the array", function()
    local transcription, summarization = { keywords = {} }, {}
    local config = { transcription = transcription, summarization = summarization }
    local given = { title = "t", ai_config = config }
    local body = mark_body("PATCH /meetings/{meeting_id}", given)
    assert.is_true(is_marked(body.ai_config.transcription.keywords))
    assert.equal(summarization, body.ai_config.summarization)
    assert.is_nil(getmetatable(summarization))
    assert.equal(config, given.ai_config)
    assert.equal(transcription, config.transcription)
    assert.is_false(is_marked(transcription.keywords))
  end)

  it("returns the same body when there is nothing to mark", function()
    for _, body in ipairs({
      {},
      { events = { "meeting.started" } },
      { events = mark({}) },
      { events = "a string", enabled = {} },
    }) do
      assert.equal(body, mark_body("PATCH /webhooks/{webhook_id}", body))
    end
    local body = {}
    assert.equal(body, mark_body("POST /apps", body))
    assert.equal(body, mark_body("GET /apps", body))
    assert.is_nil(mark_body("POST /webhooks", nil))
  end)

  it("finds arrays in maps and in arrays", function()
    local given = {
      layers = { default = { outputs = {} }, other = { outputs = { {} } } },
      user_ids = {},
    }
    local body = mark_body("POST /recordings/track", given)
    assert.is_true(is_marked(body.layers.default.outputs))
    assert.is_true(is_marked(body.user_ids))
    assert.equal(given.layers.other, body.layers.other)
    assert.is_nil(getmetatable(body.layers.other.outputs[1]))
    local nested = arrays.mark(t.array(t.array(t.string)), { {}, { "a" } }, mark)
    assert.is_true(is_marked(nested[1]))
    assert.same({ "a" }, nested[2])
  end)

  it("keeps an empty table an object where only a map or an object is expected", function()
    local body = { layers = {}, meeting_id = "m" }
    assert.equal(body, mark_body("POST /recordings/track", body))
  end)

  it("marks in a union only where no alternative has keys", function()
    local list_or_text = t.union({ t.string, t.array(t.string) })
    assert.is_true(is_marked(arrays.mark(list_or_text, {}, mark)))
    local empty = {}
    local list_or_map = t.union({ t.array(t.string), t.map(t.string) })
    assert.equal(empty, arrays.mark(list_or_map, empty, mark))
    local object = t.object("Holder", {}, { list = t.array(t.string) })
    local marked = arrays.mark(t.union({ t.string, object }), { list = {} }, mark)
    assert.is_true(is_marked(marked.list))
  end)

  it("looks past the metatable of an object and keeps it on the copy", function()
    local class = {
      __index = { keywords = "method" },
      __newindex = function()
        error("written through")
      end,
      __eq = function()
        return true
      end,
    }
    local transcription = setmetatable({ keywords = {} }, class)
    local meeting = setmetatable({ ai_config = { transcription = transcription } }, class)
    local body = mark_body("PUT /meetings/{meeting_id}", meeting)
    assert.is_true(is_marked(body.ai_config.transcription.keywords))
    assert.equal(class, getmetatable(body))
    assert.is_false(rawequal(body, meeting))
    assert.is_false(is_marked(transcription.keywords))
  end)
end)
