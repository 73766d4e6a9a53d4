-- SPDX-License-Identifier: MIT
-- Each fault of a download, for each kind of target, on each runtime.
local kinds = require("rtk.emulator.faults.kinds")
local runners = require("spec.faults.runners")
local setting = require("spec.downloads.setting")

describe("the matrix of downloads", function()
  it("has every fault that is of downloads", function()
    local found = { slow = true, changed = true } -- see download_spec; `changes`
    for _, row in ipairs(setting.rows) do
      found[row[1].kind] = true
      for _, fault in ipairs(row.with or {}) do
        found[fault.kind] = true
      end
    end
    for name, kind in pairs(kinds) do
      if kind.of_download then assert.is_true(found[name], name) end
    end
  end)

  runners.specify(setting, "loses no byte")
end)
