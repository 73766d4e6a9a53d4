-- SPDX-License-Identifier: MIT
-- Text that is not ASCII, valid or not, at every place of the words of eight bytes in which it is
-- read and written.

local core = require("rtk.core")
local equal = require("spec.support.asserts.equal")
local Random = require("spec.support.data.random")
local same_value = require("spec.support.asserts.same_value")
local shapes = require("spec.support.json.shapes")
local unicode = require("spec.support.data.unicode")

-- The first and the last code point of each length, and around the surrogates.
local VALID = {}
for _, code in ipairs({ 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xCFFF, 0xD000, 0xD7FF }) do
  VALID[#VALID + 1] = shapes.utf8_of(code)
end
for _, code in ipairs({ 0xE000, 0xFFFF, 0x10000, 0x3FFFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFF }) do
  VALID[#VALID + 1] = shapes.utf8_of(code)
end

-- Each kind of invalid sequence: cut off, overlong, surrogates, too large, bytes that never occur.
-- stylua: ignore
local INVALID = {
  "\128", "\191", "\192\128", "\193\191", "\194", "\223", "\224", "\224\160", "\224\128\128",
  "\224\159\191", "\225\128", "\236\191", "\237\160\128", "\237\191\191", "\237\159", "\239\191",
  "\240", "\240\144", "\240\144\128", "\240\128\128\128", "\240\143\191\191", "\243\191\191",
  "\244\143\191", "\244\144\128\128", "\244\191\191\191", "\245\128\128\128", "\247\191\191\191",
  "\248\136\128\128\128", "\254", "\255", "\195\195\169", "\226\130\226\130\172",
  "\128\128\128\128",
}

-- What stands before and after: as long as a word or longer, of one byte each or more.
local FILLERS = { "x", "é", "€", "😀" }

-- Where a text stops to be UTF-8, from 1; nil if nowhere.
local function first_fault(text)
  local repaired = unicode.repaired(text)
  if repaired == text then return nil end
  local at = 1
  while text:byte(at) == repaired:byte(at) do
    at = at + 1
  end
  -- U+FFFD may begin as the bytes do that it replaces.
  while at > 1 and unicode.repaired(text:sub(1, at - 1)) ~= text:sub(1, at - 1) do
    at = at - 1
  end
  return at
end

local function check(text)
  equal(unicode.repaired(text), core.decode('"' .. text .. '"'))
  local fault = first_fault(text)
  local ok, result = pcall(core.encode, text)
  if fault then
    assert(not ok and result:find(("UTF-8 from byte %d on"):format(fault), 1, true), result)
  else
    equal('"' .. text .. '"', result)
  end
end

describe("text beyond ASCII", function()
  it("is copied wherever it stands in a word, and what is invalid is found there", function()
    for _, filler in ipairs(FILLERS) do
      for offset = 0, 16 do
        local before = ("x"):rep(offset % #filler) .. filler:rep(math.floor(offset / #filler))
        for _, after in ipairs({ "", "y", "é", filler:rep(9) }) do
          for _, sequence in ipairs(VALID) do
            check(before .. sequence .. after)
          end
          for _, sequence in ipairs(INVALID) do
            check(before .. sequence .. after)
          end
        end
      end
    end
  end)

  it("is valid or not as every pair of a first and a second byte has it", function()
    for _, offset in ipairs({ 0, 5, 6, 7 }) do
      local before = "é" .. ("x"):rep(offset)
      for first = 0xC0, 0xFF do
        for second = 0x80, 0xFF do
          for _, rest in ipairs({ "", "\128", "\191\191" }) do
            local text = before .. string.char(first, second) .. rest .. "xxxxxxxx"
            equal(unicode.repaired(text), core.decode('"' .. text .. '"'))
          end
        end
      end
    end
  end)

  it("ends at a quote, goes on after an escape and refuses control characters anywhere", function()
    for _, filler in ipairs(FILLERS) do
      for length = 0, 20 do
        local text = "é" .. ("x"):rep(length % 4) .. filler:rep(length)
        equal(text .. "\n" .. text, core.decode(('"%s\\n%s"'):format(text, text)))
        equal(text .. "😀" .. text, core.decode(('"%s\\ud83d\\ude00%s"'):format(text, text)))
        equal(text .. '"\\' .. text, core.decode(core.encode(text .. '"\\' .. text)))
        local _, message = core.decode(('"%s\1%s"'):format(text, text))
        assert.matches(("found byte 0x01 at byte %d$"):format(#text + 2), message)
        _, message = core.decode('"' .. text)
        assert.matches(("found the end at byte %d$"):format(#text + 2), message)
      end
    end
  end)

  it("is repaired the same in random mixtures of all of this", function()
    local random = Random.new(17)
    for _ = 1, 4000 do
      local pieces = {}
      for i = 1, random:below(10) + 1 do
        local kind = random:below(10)
        pieces[i] = kind == 0 and random:pick(INVALID)
          or kind < 4 and random:pick(VALID)
          or random:pick(FILLERS):rep(random:below(10))
      end
      check(table.concat(pieces))
    end
  end)

  it("survives every shape of the benchmark, both ways", function()
    for _, shape in ipairs(shapes.all()) do
      local value = assert(core.decode(shape[2]))
      assert.is_true(same_value(value, core.decode(core.encode(value))), shape[1])
    end
  end)
end)
