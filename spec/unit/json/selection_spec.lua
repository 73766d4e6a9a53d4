-- SPDX-License-Identifier: MIT
-- Decoding of what a selection asks for: the rest of an item is checked and skipped.

local Random = require("spec.support.data.random")
local core = require("rtk.core")
local corpus = require("spec.fixtures.json.corpus")
local mutate = require("spec.support.data.mutate")
local pages = require("spec.support.json.pages")
local same_value = require("spec.support.asserts.same_value")
local shell = require("spec.support.servers.shell")

local function selection(kind, wrapper, ...)
  return kind .. wrapper .. "\0" .. table.concat({ ... }, "\0") .. "\0"
end

local LIST = selection("[", "", "id", "title")

-- What is left of an item.
local function cut(item)
  if type(item) ~= "table" or (getmetatable(item) or {}).__jsontype == "array" then return end
  for name in pairs(item) do
    if name ~= "id" and name ~= "title" then item[name] = nil end
  end
end

local function cut_all(value)
  if type(value) ~= "table" or (getmetatable(value) or {}).__jsontype ~= "array" then return end
  for _, item in ipairs(value) do
    cut(item)
  end
end

-- What LIST leaves of a decoded text.
local function expected(value)
  cut_all(value)
  if type(value) ~= "table" or (getmetatable(value) or {}).__jsontype == "array" then
    return value
  end
  for _, data in ipairs({ value.data or false, value.result or false }) do
    cut_all(data)
    for _, inner in pairs(type(data) == "table" and data or {}) do
      if (getmetatable(data) or {}).__jsontype ~= "array" then cut_all(inner) end
    end
  end
  return value
end

-- Both ways accept a text and have the same left of it, or refuse it for the same reason.
local function both_accept(text)
  local value, message = core.decode(text)
  local selected, reason = core.decode(text, LIST)
  assert.equal(message, reason, text)
  if value == nil then return false end
  assert.is_true(same_value(expected(value), selected), text)
  return true
end

local function written(text, ...)
  return core.encode(assert(core.decode(text, selection(...))))
end

describe("a selection", function()
  it("has the items of a list wherever replies have them", function()
    local items = '[{"a":1,"id":"x","b":{"id":2}},{"id":"y"},{"c":[{"id":3}]},4,[{"d":5}]]'
    local left = '[{"id":"x"},{"id":"y"},{},4,[{"d":5}]]'
    for _, form in ipairs({
      "%s",
      '{"data":%s}',
      '{"result":%s}',
      '{"data":{"sessions":%s}}',
      '{"result":{"participants":%s}}',
    }) do
      assert.equal(form:format(left), written(form:format(items), "[", "", "id"))
    end
  end)

  it("leaves all but the items as it is", function()
    for _, text in ipairs({
      '{"errors":[{"code":1}]}',
      '{"messages":[{"a":1}]}',
      '{"data":{"paging":{"total_count":2}}}',
      '{"other":{"data":[{"a":1}]}}',
      '"text"',
    }) do
      assert.equal(text, written(text, "[", "", "id"))
    end
  end)

  it("has the object of a reply, in a wrapper or not", function()
    assert.equal('{"data":{"id":1}}', written('{"data":{"a":[{}],"id":1}}', "{", "", "id"))
    local text = '{"data":{"a":2,"session":{"a":3,"id":1}}}'
    assert.equal('{"data":{"session":{"id":1}}}', written(text, "{", "session", "id"))
    assert.equal('{"data":{"id":1}}', written('{"data":{"a":2,"id":1}}', "{", "session", "id"))
    assert.equal('{"data":[{"a":1}]}', written('{"data":[{"a":1}]}', "{", "", "id"))
  end)

  it("knows keys with escapes, and lets the last of equal keys win", function()
    local text = [=[[{"\u0069d":1,"\u0061":2,"id":3,"i\u0064":4,"\n":5,"":6}]]=]
    assert.equal('[{"id":4}]', written(text, "[", "", "id"))
    assert.equal("[{}]", written('[{"id":1,"id":null}]', "[", "", "id"))
  end)

  it("accepts every text that the decoder accepts", function()
    for _, case in ipairs(corpus.accepted) do
      -- It may hold as much as there may be around it.
      local text = '[{"skipped":' .. case[1]:gsub("^\239\187\191", "") .. "}]"
      local value, message = core.decode(text)
      local selected, reason = core.decode(text, LIST)
      assert.equal(message, reason)
      if value then assert.equal("[{}]", core.encode(selected)) end
    end
  end)

  it("refuses every text that the decoder refuses, at the same byte for the same reason", function()
    for _, text in ipairs(corpus.refused) do
      both_accept(text)
      both_accept('[{"skipped":' .. text)
      both_accept('{"data":[{"id":1,"skipped":' .. text .. "}]}")
      both_accept('{"data":[{"skipped":[' .. text)
    end
  end)

  it("agrees with the decoder on pages and on what is almost that", function()
    local random, accepted = Random.new(20261129), 0
    local texts = pages.ragged(1, 6)
    for _, name in ipairs(shell.lines("find spec/fuzz/corpus/json -type f | LC_ALL=C sort")) do
      texts[#texts + 1] = shell.read(name)
    end
    for round = 1, 12000 do
      local text = texts[round % #texts + 1]
      for _ = 1, random:below(4) do
        if #text > 0 then text = mutate(random, text) end
      end
      if both_accept(text) then accepted = accepted + 1 end
    end
    assert.is_true(accepted > 1000, accepted)
  end)

  it("agrees with the decoder on the files of the conformance suite, if it is here", function()
    for _, name in ipairs(shell.lines("ls ../shared/jsontestsuite/*.json 2>/dev/null || :")) do
      local text = shell.read(name)
      both_accept(text)
      both_accept('{"data":[{"skipped":' .. text .. "}]}")
    end
  end)

  it("counts the tables that it skips in, too", function()
    local function nested(depth)
      return '[{"skipped":' .. ("["):rep(depth) .. ("]"):rep(depth) .. "}]"
    end
    assert.is_true(both_accept(nested(510)))
    assert.is_false(both_accept(nested(511)))
    assert.is_false(both_accept(nested(100000)))
  end)

  it("is refused when it is malformed", function()
    local many = {}
    for number = 1, 65 do
      many[number] = "name" .. number
    end
    for _, text in ipairs({ "", "[", "[\0", "(\0id\0", "[\0id", "[\0\0", LIST .. "x" }) do
      assert.is_false(pcall(core.decode, "{}", text), text)
    end
    assert.is_false(pcall(core.decode, "{}", "[\0" .. table.concat(many, "\0") .. "\0"))
    assert.is_true(pcall(core.decode, "{}", "[\0" .. table.concat(many, "\0", 1, 64) .. "\0"))
  end)
end)
