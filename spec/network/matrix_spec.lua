-- SPDX-License-Identifier: MIT
-- Each fault of the network, against each kind of call, on each runtime: what the client says is
-- compared with what the emulator behind the network has executed.
local matrix = require("spec.faults.matrix")
local runners = require("spec.faults.runners")
local setting = require("spec.network.setting")

describe("the network", function()
  for _, runner in ipairs(runners.of(setting)) do
    describe("in " .. runner.name, function()
      local running

      setup(function()
        running = runner.start()
      end)

      teardown(function()
        if running then running.stop() end
      end)

      for index, row in ipairs(setting.rows) do
        it("does nothing twice and loses nothing: " .. matrix.name_of(row), function()
          assert.same(matrix.expected(row), running.row(index))
        end)
      end
    end)
  end
end)
