-- SPDX-License-Identifier: MIT
-- Finds the name somebody probably meant, for messages about unknown names.
--
-- The distance is Levenshtein's with names folded to lower case and without
-- underscores, so that camelCase and snake_case spellings are equal.

local suggest = {}

local function fold(name)
  return (name:lower():gsub("[_%-]", ""))
end

local function distance(a, b)
  local previous = {}
  for column = 0, #b do
    previous[column] = column
  end
  for row = 1, #a do
    local current = { [0] = row }
    for column = 1, #b do
      local cost = a:byte(row) == b:byte(column) and 0 or 1
      current[column] =
        math.min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost)
    end
    previous = current
  end
  return previous[#b]
end

--- The candidate nearest to `name`, or nil when none is near enough to help.
---@param name string
---@param candidates string[]
---@return string? nearest
function suggest.nearest(name, candidates)
  local wanted = fold(name)
  local best, best_distance
  for _, candidate in ipairs(candidates) do
    local folded = fold(candidate)
    local d = distance(wanted, folded)
    if folded:find(wanted, 1, true) or wanted:find(folded, 1, true) then d = math.min(d, 2) end
    local near = d <= math.max(2, math.floor(#wanted / 3))
    if near and (not best or d < best_distance or (d == best_distance and candidate < best)) then
      best, best_distance = candidate, d
    end
  end
  return best
end

--- The end of a message about an unknown name: the nearest one, else all.
---@param name any
---@param candidates string[]
---@return string clause starts with "; "
function suggest.clause(name, candidates)
  local nearest = type(name) == "string" and #name <= 100 and suggest.nearest(name, candidates)
  if nearest then return '; did you mean "' .. nearest .. '"?' end
  local sorted = {}
  for index, candidate in ipairs(candidates) do
    sorted[index] = candidate
  end
  table.sort(sorted)
  return "; known are " .. table.concat(sorted, ", ")
end

return suggest
