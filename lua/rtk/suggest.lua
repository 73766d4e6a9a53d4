-- SPDX-License-Identifier: MIT
-- Finds the name that was probably meant, for messages about unknown names.
--
-- The nearest name by the number of letters that are wrong, missing, too many or swapped with the
-- next one, ignoring case, underscores and hyphens, so that camelCase and snake_case are equal.

local core = require("rtk.core")

local suggest = {}

local function fold(name)
  return (core.lower(name):gsub("[_%-]", ""))
end

-- Longer names are neither compared nor suggested: the cost is the product of two lengths.
local LONGEST = 64 -- bytes

-- Further candidates are ignored: a server may send any number.
local MOST_CANDIDATES = 100

local function is_swapped(a, row, b, column)
  if row < 2 or column < 2 then return false end
  return a:byte(row) == b:byte(column - 1) and a:byte(row - 1) == b:byte(column)
end

-- One row of the matrix, as far from its diagonal as the limit reaches, from the two before it.
local function next_row(before, previous, a, row, b, limit)
  local current, least = { [0] = row }, row
  local beyond = limit + 1
  for column = math.max(1, row - limit), math.min(#b, row + limit) do
    local cost = a:byte(row) == b:byte(column) and 0 or 1
    local steps = math.min(
      (previous[column] or beyond) + 1,
      (current[column - 1] or beyond) + 1,
      (previous[column - 1] or beyond) + cost
    )
    if is_swapped(a, row, b, column) then
      steps = math.min(steps, (before[column - 2] or beyond) + 1)
    end
    current[column] = steps
    if steps < least then least = steps end
  end
  return current, least
end

-- The distance, or nil when it is above the limit. The minimum of a row is never below that
-- of the previous row.
local function distance(a, b, limit)
  if math.abs(#a - #b) > limit then return nil end
  local before, previous = nil, {}
  for column = 0, #b do
    previous[column] = column
  end
  for row = 1, #a do
    local current, least = next_row(before, previous, a, row, b, limit)
    before, previous = previous, current
    if least > limit then return nil end
  end
  local steps = previous[#b]
  return steps and steps <= limit and steps or nil
end

-- Single letters are in most names.
local function contains(a, b)
  if #a < 2 or #b < 2 then return false end
  return a:find(b, 1, true) or b:find(a, 1, true)
end

--- The candidate nearest to `name`.
---@param name string
---@param candidates string[]
---@return string? nearest nil when none is near enough
function suggest.nearest(name, candidates)
  if #name > LONGEST then return nil end
  local wanted = fold(name)
  -- A letter at least has to stay.
  local limit = math.min(math.max(2, math.floor(#wanted / 3)), #wanted - 1)
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

-- Endings that make another word of a word: plurals and participles.
local endings = { s = true, es = true, d = true, ed = true, r = true, er = true, ing = true }

local function is_form_of(word, stem)
  return word:sub(1, #stem) == stem and endings[word:sub(#stem + 1)] == true
end

-- Whether a word that was typed is another form of the one that is meant. What lacks a "d" or an
-- "r" is one only if that leaves a verb: "share" of "shared", but not "downloa" of "download".
local function is_inflected(typed, meant)
  if typed == meant or is_form_of(typed, meant) then return true end
  return is_form_of(meant, typed) and not meant:find("[^e][dr]$")
end

local function count_words(name)
  local _, count = name:gsub("[^_]+", "")
  return count
end

-- Whether two names of as many words have the same words apart from endings.
local function has_same_words(a, b)
  local next_word = b:gmatch("[^_]+")
  for word in a:gmatch("[^_]+") do
    if not is_inflected(word, next_word()) then return false end
  end
  return true
end

local function has_same_letters(a, b)
  local letters, others = { a:byte(1, -1) }, { b:byte(1, -1) }
  table.sort(letters)
  table.sort(others)
  return table.concat(letters, " ") == table.concat(others, " ")
end

-- From this length on, two wrong letters do not make another word; below SHORT, one does.
local LONG, SHORT = 12, 5 -- letters

--- Whether a name can only be a slip of the pen for another: it has as many words, is not its
--- plural or another form of its verb, and not near to it as one word may be to the next.
---@param name string
---@param meant string
---@return boolean
function suggest.is_misspelt(name, meant)
  if #name > LONGEST or #meant > LONGEST then return false end
  local a, b = fold(name), fold(meant)
  if a == b then return name ~= meant end
  if a:byte(1) ~= b:byte(1) and not is_swapped(a, 2, b, 2) then return false end
  if #b < SHORT and not has_same_letters(a, b) then return false end
  if count_words(name) ~= count_words(meant) then return false end
  if not distance(a, b, #b < LONG and 1 or 2) then return false end
  return not has_same_words(name, meant)
end

--- The keys of a table, in an order that no locale changes.
---@param known table<string, any>
---@return string[] names
function suggest.names(known)
  local names = {}
  for name in pairs(known) do
    names[#names + 1] = name
  end
  table.sort(names, core.before)
  return names
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
