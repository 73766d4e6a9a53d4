-- SPDX-License-Identifier: MIT
-- The short form of `make endurance`.
local endurance = require("spec.endurance.endurance")

local CALLS = 1500

-- KiB; a leak of a hundred bytes per call would be more. Calls in progress are part of it.
local HEAP_NOISE = 128

-- Connections come and go when answers are cut off.
local DESCRIPTOR_NOISE = 2

for _, concurrency in ipairs({ 1, 8 }) do
  describe(
    ("a client that meets random faults, %d calls at a time,"):format(concurrency),
    function()
      local report

      setup(function()
        report = endurance.run(CALLS, concurrency)
      end)

      it("loses no error, does nothing twice and tells the truth about it", function()
        assert.same({}, report.problems)
        local total, kinds = 0, 0
        for _, count in pairs(report.tally) do
          total, kinds = total + count, kinds + 1
        end
        assert.equal(CALLS, total)
        assert(kinds > 8, "too few faults happened")
        -- A slow machine has more of them time out.
        local ok, late = report.tally.ok, report.tally.timeout or 0
        assert(ok > 0 and ok + late > CALLS / 2)
        assert(report.in_doubt > 0 and report.attempts > CALLS)
      end)

      it("holds no memory and no descriptors", function()
        local first, last = report.first, report.last
        local heap = ("%.0f KiB, then %.0f KiB"):format(first.heap, last.heap)
        assert(last.heap < first.heap + HEAP_NOISE, heap)
        local descriptors = ("%d, then %d descriptors"):format(first.descriptors, last.descriptors)
        assert(last.descriptors <= first.descriptors + DESCRIPTOR_NOISE * concurrency, descriptors)
      end)
    end
  )
end
