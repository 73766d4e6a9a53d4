-- SPDX-License-Identifier: MIT
-- assert.equal for loops of thousands of values: luassert, which takes longer than most of what is
-- compared, is asked for its report only.

--- Raises unless the values are the same.
---@param expected any
---@param given any
---@param message? string
local function equal(expected, given, message)
  if given ~= expected then assert.equal(expected, given, message) end
end

return equal
