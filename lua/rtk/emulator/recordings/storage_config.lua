-- SPDX-License-Identifier: MIT
-- Where recordings are also put, as the API shows it.
local json = require("rtk.emulator.util.json")

local M = {}

--- A storage configuration without the keys, which can be written but not read.
---@param storage_config? table
---@return table? copy
function M.readable(storage_config)
  local copy = json.copy(storage_config)
  if copy then
    copy.access_key, copy.secret = nil, nil
  end
  return copy
end

return M
