-- SPDX-License-Identifier: MIT
-- Collects what an ensure looks for from all pages of a list, the oldest first.
--
-- While others add and delete, items move from one page to another, which the iterator over pages
-- follows. When it cannot, because the list has fewer items than it says, it is read again.

local time = require("rtk.time")

local search = {}

local MOST_READS = 3

local function age_of(item)
  local seconds = type(item.created_at) == "string" and time.parse(item.created_at)
  return seconds or math.huge
end

-- Every program must choose the same one of two.
local function is_older(left, right)
  local left_age, right_age = age_of(left), age_of(right)
  if left_age ~= right_age then return left_age < right_age end
  return tostring(left.id) < tostring(right.id)
end

--- Sorts items by their age, the oldest first.
---@param items table[]
function search.sort(items)
  table.sort(items, is_older)
end

--- The items of all pages, the oldest first.
---@param steps rtk.EnsureSteps
---@param collect fun(options: rtk.CallOptions): table[]?, string?, rtk.Error? reads all pages
---@return table[]? items
---@return string? message
---@return rtk.Error? err
function search.all(steps, collect)
  local found, message, err
  for _ = 1, MOST_READS do
    found, message, err = collect(steps:options())
    if found or err.kind ~= "protocol" then break end
  end
  if not found then return nil, message, err end
  search.sort(found)
  return found
end

return search
