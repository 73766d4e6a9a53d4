-- SPDX-License-Identifier: MIT
local suggest = require("rtk.suggest")

describe("rtk.suggest", function()
  local names = { "create", "delete", "get", "list", "list_participants", "update" }

  it("finds the nearest name", function()
    assert.equal("create", suggest.nearest("creat", names))
    assert.equal("update", suggest.nearest("updaet", names))
    assert.equal("list_participants", suggest.nearest("listParticipants", names))
    assert.equal("list_participants", suggest.nearest("participants", names))
  end)

  it("finds nothing when no name is near", function()
    assert.is_nil(suggest.nearest("xyzzy", names))
  end)

  it("finds names within a third of the length, or two edits", function()
    assert.equal("abcdef", suggest.nearest("abxdyf", { "abcdef" }))
    assert.is_nil(suggest.nearest("abxyzf", { "abcdef" }))
    assert.equal("ab", suggest.nearest("cb", { "ab" }))
    assert.equal("a_very_long_name", suggest.nearest("long", { "unlike", "a_very_long_name" }))
    assert.equal("abcd", suggest.nearest("abc", { "abcx_y", "abcd", "abd_e" }))
  end)

  it("finds nothing that shares no letter, or only a single one that was typed", function()
    assert.is_nil(suggest.nearest("cd", { "ab" }))
    assert.is_nil(suggest.nearest("c", { "ai_config" }))
    assert.equal("c", suggest.nearest("C", { "ab", "c" }))
  end)

  it("ignores names of more than 64 bytes", function()
    local long = ("x"):rep(65)
    assert.is_nil(suggest.nearest(long, { long }))
    assert.equal("x", suggest.nearest("xx", { long, "x" }))
    assert.equal(long:sub(2), suggest.nearest(("x"):rep(63), { long:sub(2) }))
  end)

  it("lists all names when none is near", function()
    assert.equal("; known are a, b", suggest.clause("xyzzy", { "b", "a" }))
    assert.equal("; known are a, b", suggest.clause(("x"):rep(5000), { "b", "a" }))
    assert.equal('; did you mean "get"?', suggest.clause("gett", names))
  end)
end)
