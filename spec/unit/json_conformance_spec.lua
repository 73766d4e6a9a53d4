-- SPDX-License-Identifier: MIT
-- The codec against a corpus, against lua-cjson and against hosts that interfere.

local cjson = require("cjson").new()
local core = require("rtk.core")
local corpus = require("fixtures.json.corpus")
local pages = require("support.json_pages")
local Random = require("support.random")
local workdir = require("support.workdir")

--- Whether our value is what cjson's stands for; nulls in objects may be missing.
local function agrees(ours, theirs)
  if type(theirs) ~= "table" then
    return ours == theirs or (type(ours) == "number" and ours + 0.0 == theirs)
  end
  if type(ours) ~= "table" then return false end
  for key, value in pairs(theirs) do
    local mine = ours[key]
    if mine ~= nil then
      if not agrees(mine, value) then return false end
    elseif value ~= cjson.null then
      return false
    end
  end
  for key in pairs(ours) do
    if theirs[key] == nil then return false end
  end
  return true
end

--- The interpreter that runs this, for the shell.
local function interpreter()
  local lowest = 0
  while arg[lowest - 1] do
    lowest = lowest - 1
  end
  return workdir.quote(arg[lowest])
end

--- A text with a random change.
local function mutate(random, text)
  local at = random:below(#text) + 1
  local kind = random:below(5)
  if kind == 0 then return text:sub(1, at - 1) .. text:sub(at + 1) end
  if kind == 1 then return text:sub(1, at) .. text:sub(at) end
  if kind == 2 then
    return text:sub(1, at - 1) .. string.char(random:below(256)) .. text:sub(at + 1)
  end
  if kind == 3 then
    local pieces =
      { '"', "\\", ",", "[", "]", "{", "}", ":", "0", "-", ".", "e", "null", " ", "\\u" }
    return text:sub(1, at) .. random:pick(pieces) .. text:sub(at + 1)
  end
  return text:sub(1, at)
end

--- Calls action in a finalizer each time garbage is collected, until stopped.
local function on_collection(action)
  local running = true
  local function arm()
    local function finalize()
      if running then
        action()
        arm()
      end
    end
    local new = rawget(_G, "newproxy")
    if new then
      getmetatable(new(true)).__gc = finalize
    else
      setmetatable({}, { __gc = finalize })
    end
  end
  arm()
  return function()
    running = false
  end
end

describe("the JSON codec", function()
  it("accepts every text it has to and writes its value back", function()
    for _, case in ipairs(corpus.accepted) do
      local text, written = case[1], case[2]
      local value, message = core.decode(text)
      assert.are_not.equal(nil, value, text:sub(1, 60) .. ": " .. tostring(message))
      assert.are.equal(written == true and text or written, core.encode(value))
    end
  end)

  it("refuses every text it has to and says why in one short line", function()
    for _, text in ipairs(corpus.refused) do
      local value, message = core.decode(text)
      assert.is_nil(value, text:sub(1, 60))
      assert.matches("^invalid JSON: expected [^%c]+, found [^%c]+ at byte %d+$", message)
      assert.is_true(#message < 160)
    end
  end)

  it("puts no more than one byte of the text into a message", function()
    for cut = 1, 30 do
      local _, message = core.decode(('{"token":"s3cr3t-value-xyz"}'):sub(1, cut) .. "\1")
      assert.is_nil(message:match("s3") or message:match("cr3t") or message:match("toke"))
    end
  end)

  it("agrees with cjson on whole pages, both ways", function()
    for _, kind in ipairs({ "uniform", "ragged" }) do
      for _, text in ipairs(pages[kind](3, 50)) do
        local value = assert(core.decode(text))
        assert.is_true(agrees(value, cjson.decode(text)))
        assert.is_true(agrees(value, cjson.decode(core.encode(value))))
        assert.are.same(value, core.decode(core.encode(value)))
      end
    end
  end)

  it("agrees with cjson on mutated texts it accepts and survives the others", function()
    local random = Random.new(2025)
    local texts = pages.ragged(1, 4)
    texts[2] = pages.object()
    for _, case in ipairs(corpus.accepted) do
      if #case[1] < 200 then texts[#texts + 1] = case[1] end
    end
    local accepted = 0
    for i = 1, 15000 do
      local text = texts[i % #texts + 1]
      for _ = 0, random:below(3) do
        text = #text > 0 and mutate(random, text) or text
      end
      local value, message = core.decode(text)
      if value ~= nil then
        accepted = accepted + 1
        assert.is_true(agrees(value, cjson.decode(text)), text)
        assert.is_true(agrees(value, cjson.decode(core.encode(value))), text)
      else
        assert.are.equal("string", type(message))
      end
    end
    assert.is_true(accepted > 1000)
  end)

  it("decodes and encodes while finalizers do the same", function()
    local text = pages.ragged(1, 40)[1]
    local expected = core.decode(text)
    local runs = 0
    local stop = on_collection(function()
      runs = runs + 1
      assert(core.decode('{"x' .. runs .. '":["\\n' .. ("y"):rep(300) .. '\\t"]}'))
      assert(#core.encode({ ("z\n"):rep(runs % 7 * 1000) }) > 0)
    end)
    -- How often collections come depends on what else is in memory.
    local rounds = 0
    repeat
      rounds = rounds + 1
      assert.are.same(expected, core.decode(core.encode(core.decode(text))))
    until rounds > 100 and runs > 3 or rounds == 5000
    stop()
    assert.is_true(runs > 3)
  end)

  it("reads and writes decimal points in a locale with decimal commas", function()
    local directory = workdir.new()
    finally(function()
      workdir.remove(directory)
    end)
    -- glibc never frees what it makes of LOCPATH; a leak sanitizer has to look away.
    local locale = "ASAN_OPTIONS=detect_leaks=0 LC_ALL=de_DE.UTF-8 LOCPATH=" .. directory .. " "
    workdir.run(("localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8"):format(directory))
    assert.are.equal(",\n", workdir.run(locale .. "locale decimal_point"))
    workdir.write(
      directory .. "/convert.lua",
      [[
        local core = require("rtk.core")
        assert(os.setlocale("", "all") == "de_DE.UTF-8")
        io.write(core.encode(assert(core.decode(arg[1]))))
      ]]
    )
    local text = "[1.5,0.30000000000000004,1e-10,123456789.123456e-20,0.1234567890123456789]"
    local convert = ("%s%s %s/convert.lua '%s'"):format(locale, interpreter(), directory, text)
    local written = "[1.5,0.30000000000000004,1e-10,1.23456789123456e-12,0.12345678901234568]"
    assert.are.equal(written, workdir.run(convert))
  end)

  it("handles large texts and small ones after them", function()
    local big = ("x\n"):rep(2000000)
    collectgarbage()
    assert.are.equal(big, core.decode(core.encode(big)))
    assert.are.equal('["a"]', core.encode({ "a" }))
  end)

  local suite = "../shared/jsontestsuite"
  local listing = io.popen("ls " .. suite .. " 2>/dev/null")
  local names = {}
  for name in listing:lines() do
    names[#names + 1] = name:match("^[yn]_.*%.json$")
  end
  listing:close()
  if #names > 0 then
    it("accepts the suite's y_ files and refuses its n_ files", function()
      for _, name in ipairs(names) do
        local file = assert(io.open(suite .. "/" .. name, "rb"))
        local value = core.decode(file:read("*a"))
        file:close()
        assert.are.equal(name:sub(1, 1) == "y", value ~= nil, name)
      end
    end)
  end
end)
