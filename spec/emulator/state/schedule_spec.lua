-- SPDX-License-Identifier: MIT
local schedule = require("rtk.emulator.state.schedule")

describe("rtk.emulator.state.schedule", function()
  it("hands out what is due, by time and then in the order it came", function()
    local plan = schedule.new()
    for _, task in ipairs({
      { at = 5, n = 1 },
      { at = 3, n = 2 },
      { at = 5, n = 3 },
      { at = 9, n = 4 },
    }) do
      plan:add(task)
    end
    local order = {}
    local task = plan:take(5)
    while task do
      order[#order + 1] = task.n
      task = plan:take(5)
    end
    assert.same({ 2, 1, 3 }, order)
    assert.is_nil(plan:take(8))
    assert.equal(4, plan:take(9).n)
  end)

  it("forgets what is cancelled", function()
    local plan = schedule.new()
    plan:add({ at = 1, kind = "a" })
    plan:add({ at = 2, kind = "b" })
    plan:cancel(function(task)
      return task.kind == "a"
    end)
    assert.equal("b", plan:take(9).kind)
    assert.is_nil(plan:take(9))
  end)
end)
