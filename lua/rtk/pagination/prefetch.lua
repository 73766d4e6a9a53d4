-- SPDX-License-Identifier: MIT
-- Fetches pages of a list before they are asked for.
--
-- It stands in the place of the list that it reads ahead in: fetch gives the
-- page of that number, and never more than `count` pages are in flight or
-- waiting to be fetched. Which pages there will be is a guess, which each page
-- corrects; a wrong one costs time or requests, and never items. What was asked
-- for in vain is given up or thrown away.

local Prefetch = {}
Prefetch.__index = Prefetch

local prefetch = {}

-- The last page that can be needed for so many items, if pages have this size.
local function last_for(limits, first_page_no, size)
  if not limits.max_items then return math.huge end
  if not size or size < 1 then return first_page_no end
  return first_page_no + math.ceil(limits.max_items / size) - 1
end

--- Begins to read ahead when the first page is fetched.
---@param list table
---@param count integer pages
---@param limits { max_items?: integer, max_pages?: integer }
---@return table prefetch
function prefetch.new(list, count, limits)
  local first = list:first_page_no()
  return setmetatable({
    _list = list,
    _count = count,
    _limits = limits,
    _first = first,
    _next = first,
    _last_allowed = first + (limits.max_pages or math.huge) - 1,
    -- Where pages cannot be asked for, or their size is not known, the first page has to tell.
    _last_likely = list:has_pages() and last_for(limits, first, list:per_page()) or first,
    _tasks = {},
  }, Prefetch)
end

function Prefetch:_ask(page_no)
  local list, is_first = self._list, page_no == self._first
  self._tasks[page_no] = list:spawn(function()
    return list:fetch(not is_first and page_no or nil)
  end)
  self._next = page_no + 1
end

-- Asks for pages before this number.
function Prefetch:_ask_until(page_no)
  local last = math.min(page_no - 1, self._last_allowed, self._last_likely)
  while self._next <= last do
    self:_ask(self._next)
  end
end

--- Corrects the guess of how many pages there are, and asks for more of them.
---@param page rtk.Page the page that the walk has come to
function Prefetch:learn(page)
  local here = page:_progress()
  local by_items = last_for(self._limits, self._first, here.size)
  self._last_likely = math.min(here.page_no + here:pages_left(), by_items)
  self:_ask_until(here.page_no + 1 + self._count)
end

--- Waits for one page.
---@param page_no? integer default the first one
---@return rtk.Page? page, string? message, rtk.Error? err
function Prefetch:fetch(page_no)
  page_no = page_no or self._first
  if self._next <= page_no then self:_ask(page_no) end
  self:_ask_until(page_no + self._count)
  -- A walk that went back comes to a page for the second time.
  if not self._tasks[page_no] then return self._list:fetch(page_no) end
  local ok, fetched, message, err = self._tasks[page_no]:wait()
  self._tasks[page_no] = nil
  if not ok then error(fetched, 0) end
  if not fetched then return nil, message, err end
  return fetched
end

--- Fetches a page as it is now.
---@param page_no integer
---@return rtk.Page? page, string? message, rtk.Error? err
function Prefetch:fetch_again(page_no)
  return self._list:fetch(page_no)
end

--- Gives up on what was asked for in vain.
function Prefetch:close()
  for page_no, task in pairs(self._tasks) do
    self._tasks[page_no] = nil
    task:cancel()
  end
  self._last_allowed = 0
end

return prefetch
