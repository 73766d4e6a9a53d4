-- SPDX-License-Identifier: MIT
-- Remembers what a function of one value returned: lists show the same dates and names in each page
-- of each request.
local memo = {}

-- Bounds the memory.
local MOST = 500

--- A function that calls another one for each argument once, until there are too many.
---@param make fun(argument: any): any depends on the argument alone
---@return fun(argument: any): any
function memo.of(make)
  local made, count = {}, 0
  return function(argument)
    local value = made[argument]
    if value ~= nil then return value end
    if count >= MOST then
      made, count = {}, 0
    end
    value = make(argument)
    made[argument], count = value, count + 1
    return value
  end
end

return memo
