-- SPDX-License-Identifier: MIT
-- The codec against a corpus, against lua-cjson and against hosts that interfere.

local agrees = require("spec.support.asserts.cjson_agrees")
local cjson = require("cjson").new()
local core = require("rtk.core")
local equal = require("spec.support.asserts.equal")
local corpus = require("spec.fixtures.json.corpus")
local mutate = require("spec.support.data.mutate")
local on_collection = require("spec.support.clients.on_collection")
local pages = require("spec.support.json.pages")
local Random = require("spec.support.data.random")
local shell = require("spec.support.servers.shell")
local unicode = require("spec.support.data.unicode")
local workdir = require("spec.support.servers.workdir")

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
        assert(agrees(value, cjson.decode(unicode.repaired_json(text))), text)
        assert(agrees(value, cjson.decode(core.encode(value))), text)
      else
        equal("string", type(message))
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
    -- How long a cycle of the collector takes depends on all that is in the heap.
    local rounds = 0
    while rounds < 100 or (runs == 0 and rounds < 5000) do
      local value = core.decode(text)
      assert.are.same(expected, core.decode(core.encode(value)))
      rounds = rounds + 1
    end
    stop()
    assert.is_true(runs > 0)
  end)

  it("reads and writes decimal points in a locale with decimal commas", function()
    local directory = workdir.new()
    finally(function()
      workdir.remove(directory)
    end)
    -- glibc never frees what it makes of LOCPATH; a leak sanitizer has to look away.
    local locale = "ASAN_OPTIONS=detect_leaks=0 LC_ALL=de_DE.UTF-8 LOCPATH=" .. directory .. " "
    shell.check(("localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8"):format(directory))
    assert.are.equal(",", shell.check(locale .. "locale decimal_point"))
    workdir.write(
      directory .. "/convert.lua",
      [[
        local core = require("rtk.core")
        assert(os.setlocale("", "all") == "de_DE.UTF-8")
        io.write(core.encode(assert(core.decode(arg[1]))))
      ]]
    )
    local text = "[1.5,0.30000000000000004,1e-10,123456789.123456e-20,0.1234567890123456789]"
    local convert = ("%s%s %s/convert.lua '%s'"):format(
      locale,
      shell.interpreter(),
      directory,
      text
    )
    local written = "[1.5,0.30000000000000004,1e-10,1.23456789123456e-12,0.12345678901234568]"
    assert.are.equal(written, shell.check(convert))
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
    names[#names + 1] = name:match("^[yni]_.*%.json$")
  end
  listing:close()
  if #names > 0 then
    local function read(name)
      local file = assert(io.open(suite .. "/" .. name, "rb"))
      local text = file:read("*a")
      file:close()
      return text
    end

    it("accepts the suite's y_ files and refuses its n_ files", function()
      for _, name in ipairs(names) do
        local value = core.decode(read(name))
        local kind = name:sub(1, 1)
        assert.is_true(kind == "i" or (kind == "y") == (value ~= nil), name)
      end
    end)

    it("reads the suite's i_ files that are not Unicode, but for UTF-16", function()
      local count = 0
      for _, name in ipairs(names) do
        if name:find("^i_[os]") and not name:lower():find("utf%-?16") then
          local text = read(name)
          local value, message = core.decode(text)
          assert.is_nil(message, name)
          assert.is_true(agrees(value, cjson.decode(unicode.repaired_json(text))), name)
          count = count + 1
        end
      end
      assert.is_true(count > 20)
    end)
  end
end)
