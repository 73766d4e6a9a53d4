-- SPDX-License-Identifier: MIT
-- Finds the name that was probably meant, for messages about unknown names.
--
-- The nearest name by Levenshtein distance, ignoring case, underscores and hyphens, so that
-- camelCase and snake_case are equal.

local core = require("rtk.core")

local suggest = {}

local function fold(name)
  return (core.lower(name):gsub("[_%-]", ""))
end

-- Longer names are neither compared nor suggested: the cost is the product of two lengths.
local LONGEST = 64 -- bytes

-- Further candidates are ignored: a server may send any number.
local MOST_CANDIDATES = 100

-- One row of the matrix, as far from its diagonal as the limit reaches.
local function next_row(previous, a, row, b, limit)
  local current, least = { [0] = row }, row
  local beyond = limit + 1
  for column = math.max(1, row - limit), math.min(#b, row + limit) do
    local cost = a:byte(row) == b:byte(column) and 0 or 1
    local steps = math.min(
      (previous[column] or beyond) + 1,
      (current[column - 1] or beyond) + 1,
      (previous[column - 1] or beyond) + cost
    )
    current[column] = steps
    if steps < least then least = steps end
  end
  return current, least
end

-- The distance, or nil when it is above the limit. The minimum of a row is never below that
-- of the previous row.
local function distance(a, b, limit)
  if math.abs(#a - #b) > limit then return nil end
  local previous = {}
  for column = 0, #b do
    previous[column] = column
  end
  for row = 1, #a do
    local least
    previous, least = next_row(previous, a, row, b, limit)
    if least > limit then return nil end
  end
  local steps = previous[#b]
  return steps and steps <= limit and steps or nil
end

local function contains(a, b)
  return a:find(b, 1, true) or b:find(a, 1, true)
end

--- The candidate nearest to `name`.
---@param name string
---@param candidates string[]
---@return string? nearest nil when none is near enough
function suggest.nearest(name, candidates)
  if #name > LONGEST then return nil end
  local wanted = fold(name)
  local limit = math.max(2, math.floor(#wanted / 3))
  local best, best_distance
  for index = 1, math.min(#candidates, MOST_CANDIDATES) do
    local candidate = candidates[index]
    local folded = #candidate <= LONGEST and fold(candidate)
    local d = folded and distance(wanted, folded, limit)
    if folded and contains(folded, wanted) then d = math.min(d or 2, 2) end
    local is_tie = d and d == best_distance
    if d and (not best or d < best_distance or (is_tie and core.before(candidate, best))) then
      best, best_distance = candidate, d
      limit = math.min(limit, d)
    end
  end
  return best
end

--- The end of a message about an unknown name: suggests the nearest one, else lists all.
---@param name any
---@param candidates string[]
---@return string clause starts with "; "
function suggest.clause(name, candidates)
  local nearest = type(name) == "string" and suggest.nearest(name, candidates)
  if nearest then return '; did you mean "' .. nearest .. '"?' end
  local sorted = {}
  for index, candidate in ipairs(candidates) do
    sorted[index] = candidate
  end
  table.sort(sorted, core.before)
  return "; known are " .. table.concat(sorted, ", ")
end

return suggest
