-- SPDX-License-Identifier: MIT
-- Collects what an ensure looks for from all pages of a list, the oldest first.
--
-- While others add and delete, items move from one page to another. One that comes twice counts
-- once; when the list has fewer items than it says, it is read again.

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

local function take(page, seen, accepts)
  for _, item in ipairs(page) do
    if item.id ~= nil and not seen.known[item.id] then
      seen.known[item.id], seen.count = true, seen.count + 1
      if accepts(item) then seen.found[#seen.found + 1] = item end
    end
  end
  seen.total = page.paging and tonumber(page.paging.total_count) or seen.total
end

local function read(steps, fetch, accepts)
  local seen = { known = {}, found = {}, count = 0, total = 0 }
  local page, message, err = fetch(steps:options())
  if page then steps:limit_pages(page) end
  while page do
    take(page, seen, accepts)
    page, message, err = page:next()
  end
  if err then return nil, message, err end
  return seen
end

--- The items of all pages that a function accepts, the oldest first.
---@param steps rtk.EnsureSteps
---@param fetch fun(options: rtk.CallOptions): rtk.Page?, string?, rtk.Error? makes the call that
---lists them
---@param accepts fun(item: table): boolean
---@return table[]? items
---@return string? message
---@return rtk.Error? err
function search.all(steps, fetch, accepts)
  local seen, message, err
  for _ = 1, MOST_READS do
    seen, message, err = read(steps, fetch, accepts)
    local has_moved = seen and seen.count < seen.total or err and err.kind == "protocol"
    if not has_moved then break end
  end
  if not seen then return nil, message, err end
  search.sort(seen.found)
  return seen.found
end

return search
