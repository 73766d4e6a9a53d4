-- SPDX-License-Identifier: MIT
-- How the API's searches compare text.
local M = {}

--- Whether a text contains another, letter case of ASCII aside.
---@param haystack? string
---@param needle string
---@return boolean
function M.contains(haystack, needle)
  return haystack ~= nil and haystack:lower():find(needle:lower(), 1, true) ~= nil
end

return M
