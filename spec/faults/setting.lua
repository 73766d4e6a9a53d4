-- SPDX-License-Identifier: MIT
-- The setting of the fault matrix: calls go to the emulator, which makes the faults itself, in
-- process or over plain HTTP.

local expectations = require("spec.faults.expectations")
local server = require("rtk.emulator.server")
local fixtures = require("spec.faults.fixtures")

local setting = {
  module = "spec.faults.setting",
  rows = expectations,
  in_process = fixtures.in_process,
  fixture = fixtures.served,
}

--- Serves an emulator.
---@return table place
function setting.start()
  local served_by = assert(server.start({ port = 0 }))
  return {
    url = served_by.url,
    admin_url = served_by.admin_url,
    stop = function()
      served_by:stop()
    end,
  }
end

return setting
