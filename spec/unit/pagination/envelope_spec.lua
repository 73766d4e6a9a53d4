-- SPDX-License-Identifier: MIT
local envelope = require("rtk.pagination.envelope")

describe("rtk.pagination.envelope", function()
  it("finds items and paging in every form that replies have", function()
    local one, paging = { id = "a" }, { total_count = 1 }
    for _, body in ipairs({
      { data = { one }, paging = paging },
      { data = { sessions = { one } }, paging = paging },
      { data = { participants = { one }, paging = paging } },
      { data = { livestreams = { one }, paging = paging } },
      { data = { id = "a", paging = paging } },
      { result = { one }, result_info = paging },
    }) do
      local found, found_paging = envelope.read(body)
      assert.equal("a", found[1].id)
      assert.equal(1, #found)
      assert.same(paging, found_paging)
    end
    assert.equal("a", envelope.read({ one })[1].id)
    assert.same({}, (envelope.read({ data = {} })))
  end)

  it("finds no list where there is none", function()
    assert.is_nil((envelope.read({ data = "x" })))
    assert.is_nil((envelope.read({ data = { name = "x" } })))
    assert.is_nil((envelope.read({ success = true })))
  end)
end)
