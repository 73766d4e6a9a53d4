-- SPDX-License-Identifier: MIT
local collection = require("rtk.emulator.state.collection")

local function ids(records)
  local found = {}
  for i, record in ipairs(records) do
    found[i] = record.id
  end
  return found
end

describe("rtk.emulator.state.collection", function()
  local all

  before_each(function()
    all = collection.new()
    for _, id in ipairs({ "a", "b", "c" }) do
      all:add({ id = id })
    end
  end)

  it("gives records by id", function()
    assert.equal("b", all:get("b").id)
    assert.is_nil(all:get("x"))
  end)

  it("selects in the order of creation", function()
    assert.same({ "a", "b", "c" }, ids(all:select()))
    assert.same(
      { "b", "c" },
      ids(all:select(function(record)
        return record.id > "a"
      end))
    )
  end)

  it("finds the first that passes", function()
    local function is_late(record)
      return record.id > "a"
    end
    assert.equal("b", all:find(is_late).id)
    assert.is_nil(collection.new():find(is_late))
  end)

  it("forgets what was removed, and only that", function()
    all:remove(all:get("b"))
    assert.same({ "a", "c" }, ids(all:select()))
    assert.is_nil(all:get("b"))
    all:remove({ id = "x" })
    assert.same({ "a", "c" }, ids(all:select()))
  end)
end)
