-- SPDX-License-Identifier: MIT
-- Detects a page that repeats an earlier one: then page_no has no effect, unless the list has grown
-- by exactly one page. Each page passes the marks of earlier pages on to the next.

local cycle = {}

-- Identifies a page: its first and last id, if they have one.
local function mark_of(items)
  local first, last = items[1], items[#items]
  if type(first) ~= "table" or type(last) ~= "table" then return nil end
  if first.id == nil or last.id == nil then return nil end
  return tostring(first.id) .. " " .. tostring(last.id)
end

local function same(left, right)
  if type(left) ~= "table" or type(right) ~= "table" then return left == right end
  if left.id ~= nil or right.id ~= nil then return left.id == right.id end
  for key, value in pairs(left) do
    if not same(value, right[key]) then return false end
  end
  for key in pairs(right) do
    if left[key] == nil then return false end
  end
  return true
end

local function same_items(a, b)
  if #a ~= #b then return false end
  for index = 1, #a do
    if not same(a[index], b[index]) then return false end
  end
  return true
end

-- The API may treat page 0 as page 1: then both are equal, and more pages follow.
local function is_earlier(page_no, following_no)
  return page_no >= 1 and page_no < following_no
end

--- Finds the earlier page that equals the page after `items`.
---@param items rtk.Page
---@param following rtk.Page takes over the marks
---@return integer? page_no nil when none is equal, or the total has grown since
function cycle.earlier(items, following)
  local state, next_state = items._state, following._state
  local this = { page_no = state.page_no, total = state.progress.total }
  local marks, mark = state.marks or {}, mark_of(items)
  if mark then marks[mark] = this end
  next_state.marks = marks
  if #following == 0 then return nil end
  mark = mark_of(following)
  local earlier = same_items(items, following) and this or mark and marks[mark]
  if not earlier or not is_earlier(earlier.page_no, next_state.page_no) then return nil end
  local total = next_state.progress.total
  if total and earlier.total and total > earlier.total then return nil end
  return earlier.page_no
end

return cycle
