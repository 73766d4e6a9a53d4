-- SPDX-License-Identifier: MIT
-- Each fault of the emulator, against each kind of call, on each runtime.
local kinds = require("rtk.emulator.faults.kinds")
local runners = require("spec.faults.runners")
local setting = require("spec.faults.setting")

describe("the fault matrix", function()
  local function is_expected(kind, is_after)
    for _, row in ipairs(setting.rows) do
      if row[1].kind == kind and (row[1].after or false) == is_after then return true end
    end
    return false
  end

  it("has expectations for every fault, before and after the server acts", function()
    for name, kind in pairs(kinds) do
      -- Those of downloads are faults of files, not of calls.
      assert(kind.of_download or is_expected(name, false), name .. " has no expectations")
      local comes_before_and_after = not kind.spoils and not kind.denies
      assert.equal(comes_before_and_after, is_expected(name, true), name .. " after")
    end
  end)

  runners.specify(setting, "keeps to the rules of retries")
end)
