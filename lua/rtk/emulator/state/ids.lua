-- SPDX-License-Identifier: MIT
-- The form of ids.
local M = {}

local PATTERN = "^"
  .. ("%x"):rep(8)
  .. ("%-" .. ("%x"):rep(4)):rep(3)
  .. "%-"
  .. ("%x"):rep(12)
  .. "$"

--- Whether a text is a UUID, in any letter case.
---@param text string
---@return boolean
function M.is(text)
  return text:find(PATTERN) ~= nil
end

return M
