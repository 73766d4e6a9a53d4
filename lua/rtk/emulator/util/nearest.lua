-- SPDX-License-Identifier: MIT
-- The end of a message about an unknown name: the known name that was probably meant, or all.
local lists = require("rtk.emulator.util.lists")

local nearest = {}

--- The number of letters that are wrong, missing or too many.
local function distance(a, b)
  local row = {}
  for column = 0, #b do
    row[column] = column
  end
  for index = 1, #a do
    local diagonal = row[0]
    row[0] = index
    for column = 1, #b do
      local change = diagonal + (a:byte(index) == b:byte(column) and 0 or 1)
      diagonal = row[column]
      row[column] = math.min(change, row[column] + 1, row[column - 1] + 1)
    end
  end
  return row[#b]
end

--- The end of a message, which starts with "; ".
---@param name any
---@param known table<string, any> by name
---@return string
function nearest.clause(name, known)
  local best, least
  local names = lists.sorted_keys(known)
  for _, candidate in ipairs(type(name) == "string" and #name < 64 and names or {}) do
    local steps = distance(name, candidate)
    if steps <= math.max(2, #name / 3) and not (least and steps >= least) then
      best, least = candidate, steps
    end
  end
  if best then return string.format('; did you mean "%s"?', best) end
  return "; known are " .. table.concat(names, ", ")
end

return nearest
