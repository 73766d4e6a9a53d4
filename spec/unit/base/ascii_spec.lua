-- SPDX-License-Identifier: MIT
-- What rtk.so has in place of functions that follow the locale.

local core = require("rtk.core")

describe("core", function()
  it("lower-cases ASCII letters only", function()
    for byte = 0, 255 do
      local text = string.char(byte)
      local is_upper = byte >= 65 and byte <= 90
      assert.equal(is_upper and string.char(byte + 32) or text, core.lower(text))
    end
    assert.equal("content-length\0i", core.lower("Content-LENGTH\0I"))
    assert.equal("", core.lower(""))
    assert.equal(("x"):rep(10000), core.lower(("X"):rep(10000)))
  end)

  it("knows words of ASCII letters, digits, - and _", function()
    for byte = 0, 255 do
      local text = string.char(byte)
      local is_word = text:find("^[0-9A-Za-z_-]$") ~= nil
      assert.equal(is_word, core.is_word(text), byte)
      assert.equal(is_word, core.is_word("a" .. text), byte)
    end
    assert.is_true(core.is_word(("aZ0-_"):rep(1000)))
    for _, value in ipairs({ "", "a\0", "\0a", 5, true, {}, print }) do
      assert.is_false(core.is_word(value))
    end
    assert.is_false(core.is_word(nil))
    assert.is_false(core.is_word())
  end)

  it("sorts by bytes", function()
    local names = { "b", "\195\169", "B", "a_b", "aa", "a", "", "a\0", "_" }
    table.sort(names, core.before)
    assert.same({ "", "B", "_", "a", "a\0", "a_b", "aa", "b", "\195\169" }, names)
    assert.is_false(core.before("a", "a"))
  end)

  it("writes numbers for messages", function()
    for _, case in ipairs({
      { 0.25, 6, "0.25" },
      { 1 / 3, 3, "0.333" },
      { 1e9, 6, "1e+09" },
      { -1234.5, 14, "-1234.5" },
      { 2, 6, "2" },
      { math.huge, 6, "inf" },
      { 0.1, 99, "0.1" },
    }) do
      assert.equal(case[3], core.number_text(case[1], case[2]))
    end
  end)
end)
