-- SPDX-License-Identifier: MIT
-- Every ensure method while answers are lost, programs die and begin again, eight run at once, and
-- lists are longer than a page: never two of anything.

local at_once = require("spec.ensure.at_once")
local rows = require("spec.fixtures.ensures")
local steps = require("spec.ensure.steps")
local workers = require("spec.ensure.workers")

describe("the table of ensure methods", function()
  for _, row in ipairs(rows) do
    local name = row[1] .. ", " .. row[2] .. (row.service and ", " .. row.service or "")

    it("makes these requests and ends so: " .. name, function()
      local operations, text = steps.plain(row)
      assert.same(row.steps, operations)
      assert.equal(row.ends, text)
    end)

    it("leaves one, whatever happens at a step: " .. name, function()
      for _, mishap in ipairs(steps.mishaps) do
        for step, operation in ipairs(row.steps) do
          local place = ("%s at step %d, %s"):format(mishap, step, operation)
          local expected = steps.expected(row, mishap, step)
          assert.equal(place .. ": " .. expected, place .. ": " .. steps.cell(row, mishap, step))
        end
      end
    end)

    if row.eight then
      it("leaves one when eight run it at once, with lost answers too: " .. name, function()
        for _, has_losses in ipairs({ false, true }) do
          assert.equal(at_once.expected(row, has_losses), at_once.cell(row, has_losses))
        end
      end)
    end
  end

  describe("in four workers of nginx", function()
    local setting

    setup(function()
      setting = workers.start()
    end)

    teardown(function()
      if setting then setting:stop() end
    end)

    for _, column in ipairs(workers.columns) do
      it("leaves one when eight run each at once: " .. column, function()
        local expected = {}
        for _, row in ipairs(workers.rows) do
          expected[row[1]] = workers.expected(row, column)
        end
        assert.same(expected, setting:play(column))
      end)
    end
  end)
end)
