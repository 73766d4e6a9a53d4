-- SPDX-License-Identifier: MIT
-- Detects a page that repeats an earlier one: then page_no has no effect, unless the list has grown
-- by exactly one page. Each page passes the marks of earlier pages on to the next.
--
-- Memory is bounded: the last pages are remembered, and one page for long, until twice as many have
-- been read. That finds any cycle, however long, before it has been read three times.

local cycle = {}

-- The number of pages that are remembered at least; at most twice as many.
local REMEMBERED = 500

---@class rtk.PageMarks
---@field recent table<string, table> by mark
---@field older table<string, table>
---@field count integer in recent
---@field pages integer so far
---@field next_milestone integer the number of pages from which another one is remembered for long
---@field milestone? table remembered until there are twice as many pages
---@field milestone_mark? string

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

local function remember(marks, mark, page)
  if marks.count >= REMEMBERED then
    marks.older, marks.recent, marks.count = marks.recent, {}, 0
  end
  marks.recent[mark], marks.count, marks.pages = page, marks.count + 1, marks.pages + 1
  if marks.pages >= marks.next_milestone then
    marks.milestone, marks.milestone_mark = page, mark
    marks.next_milestone = marks.pages * 2
  end
end

local function find(marks, mark)
  if mark == marks.milestone_mark then return marks.milestone end
  return marks.recent[mark] or marks.older[mark]
end

--- Finds the earlier page that equals the page after `items`.
---@param items rtk.Page
---@param following rtk.Page takes over the marks
---@return integer? page_no nil when none is equal, or the total has grown since
function cycle.earlier(items, following)
  local state, next_state = items._state, following._state
  local this = { page_no = state.page_no, total = state.progress.total }
  local marks = state.marks or { recent = {}, older = {}, count = 0, pages = 0, next_milestone = 1 }
  local mark = mark_of(items)
  if mark then remember(marks, mark, this) end
  next_state.marks = marks
  if #following == 0 then return nil end
  mark = mark_of(following)
  local earlier = same_items(items, following) and this or mark and find(marks, mark)
  if not earlier or not is_earlier(earlier.page_no, next_state.page_no) then return nil end
  local total = next_state.progress.total
  if total and earlier.total and total > earlier.total then return nil end
  return earlier.page_no
end

return cycle
