-- SPDX-License-Identifier: MIT
-- Which members of an object decoding keeps, independent of earlier texts: the last of equal names
-- wins, and a null takes a member away.

local core = require("rtk.core")
local on_collection = require("spec.support.clients.on_collection")
local Random = require("spec.support.data.random")

--- Names as texts have them; several stand for the same one.
local NAMES = {
  { "a", '"a"' },
  { "a", '"\\u0061"' },
  { "a", '"a" ' },
  { "", '""' },
  { "id", '"id"' },
  { "id", '"i\\u0064"' },
  { "é", '"é"' },
  { "session_keep_alive_time_in_secs", '"session_keep_alive_time_in_secs"' },
  { ("long"):rep(12), '"' .. ("long"):rep(12) .. '"' },
}

--- Appends text for a random object of at most size members, and returns what it stands for.
local function write_object(random, pieces, size, depth)
  local object = {}
  pieces[#pieces + 1] = "{"
  for i = 1, random:below(size + 1) do
    local number = random:below(size)
    local name = random:chance(70) and random:pick(NAMES)
      or { "n" .. number, '"n' .. number .. '"' }
    pieces[#pieces + 1] = (i > 1 and "," or "") .. name[2] .. ":"
    if random:chance(20) then
      object[name[1]] = nil
      pieces[#pieces + 1] = "null"
    elseif depth > 0 and random:chance(25) then
      object[name[1]] = write_object(random, pieces, size, depth - 1)
    else
      object[name[1]] = i
      pieces[#pieces + 1] = tostring(i)
    end
  end
  pieces[#pieces + 1] = "}"
  return object
end

local function check(random, size, depth)
  local pieces = {}
  local expected = write_object(random, pieces, size, depth)
  local text = table.concat(pieces)
  assert.are.same(expected, core.decode(text), text)
  -- Near the end of a text names are read in another way.
  assert.are.same(expected, core.decode(text .. (" "):rep(100)), text)
end

--- An object in objects, whose other members come before and after the inner one.
local function nest(depth, members)
  local before = {}
  for i = 1, members do
    before[i] = ('"m%d":%d,'):format(i, i)
  end
  local opening = "{" .. table.concat(before) .. '"o":'
  return opening:rep(depth) .. "{}" .. (',"m1":0,"m2":null}'):rep(depth)
end

describe("members of an object", function()
  it("are the last of their names, and not null", function()
    local random = Random.new(11)
    for _ = 1, 1500 do
      check(random, 6, 2)
    end
  end)

  it("are so among many others", function()
    local random = Random.new(12)
    for _ = 1, 60 do
      check(random, 150, 1)
    end
  end)

  it("are so when objects stand between them", function()
    local random = Random.new(13)
    for _ = 1, 300 do
      check(random, 3, 24)
    end
  end)

  it("are all there at any depth", function()
    local depth, members = 500, 40
    local value = core.decode(nest(depth, members))
    for _ = 1, depth do
      assert.are.equal(0, value.m1)
      assert.is_nil(value.m2)
      assert.are.equal(members, value["m" .. members])
      value = value.o
    end
    assert.are.same({}, value)
  end)

  it("are so even if names drive each other out of the cache in between", function()
    local members = { '"a":1', '"b":2' }
    for i = 1, 4000 do
      members[#members + 1] = ('"o":{"x%d":%d}'):format(i, i)
    end
    members[#members + 1] = '"a":3,"b":null'
    local text = "{" .. table.concat(members, ",") .. "}"
    assert.are.same({ a = 3, o = { x4000 = 4000 } }, core.decode(text))
  end)

  it("are so while finalizers decode the same names", function()
    local text = '{"a":1,"b":"%s","a":null,"c":"%s","b":2,"c":null,"d":{"a":1,"a":2}}'
    local runs = 0
    local stop = on_collection(function()
      runs = runs + 1
      assert(core.decode('{"a":0,"b":0,"c":0,"new' .. runs .. '":0}'))
    end)
    local pause = collectgarbage("setpause", 20)
    finally(function()
      stop()
      collectgarbage("setpause", pause)
    end)
    collectgarbage()
    runs = 0
    -- The more other specs have left, the longer it takes until there is a collection.
    local i = 0
    while i < 20000 or (runs < 3 and i < 1e7) do
      i = i + 1
      local value = core.decode(text:format(("x"):rep(60) .. i, ("y"):rep(60) .. i))
      assert(value.a == nil and value.b == 2 and value.c == nil and value.d.a == 2)
    end
    assert.is_true(runs >= 3)
  end)
end)
