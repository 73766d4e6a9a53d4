-- SPDX-License-Identifier: MIT
-- Fetches pages before the iterator needs them.
--
-- It takes the paginator's place: fetch returns the page of that number, and at most `count` pages
-- are in flight or wait for the iterator. It guesses which pages exist, and each page corrects the
-- guess; a wrong guess costs time or requests, never items. Pages that nobody needs are cancelled.

---@class rtk.Prefetch
local Prefetch = {}
Prefetch.__index = Prefetch

local prefetch = {}

-- The last page that can be needed for so many items, if pages have this size.
local function last_for(limits, first_page_no, size)
  if not limits.max_items then return math.huge end
  if not size or size < 1 then return first_page_no end
  return first_page_no + math.ceil(limits.max_items / size) - 1
end

--- Makes a prefetch, which starts when the first page is fetched.
---@param paginator rtk.Paginator
---@param count integer pages
---@param limits { max_items?: integer, max_pages?: integer }
---@return rtk.Prefetch
function prefetch.new(paginator, count, limits)
  local first = paginator.first_page_no
  return setmetatable({
    _paginator = paginator,
    _count = count,
    _limits = limits,
    _first = first,
    _next = first,
    _last_allowed = first + (limits.max_pages or math.huge) - 1,
    -- Without pages, or without their size, the first page decides.
    _last_likely = paginator.has_pages and last_for(limits, first, paginator.per_page) or first,
    _tasks = {},
  }, Prefetch)
end

function Prefetch:_request(page_no)
  local paginator, is_first = self._paginator, page_no == self._first
  self._tasks[page_no] = paginator:spawn(function()
    return paginator:fetch(not is_first and page_no or nil)
  end)
  self._next = page_no + 1
end

-- Requests the pages before this number.
function Prefetch:_request_until(page_no)
  local last = math.min(page_no - 1, self._last_allowed, self._last_likely)
  while self._next <= last do
    self:_request(self._next)
  end
end

--- Corrects the guess of how many pages there are, and requests more of them.
---@param page rtk.Page the iterator's current page
function Prefetch:learn(page)
  local here = page:_progress()
  local by_items = last_for(self._limits, self._first, here.size)
  self._last_likely = math.min(here.page_no + here:pages_left(), by_items)
  self:_request_until(here.page_no + 1 + self._count)
end

--- Waits for one page.
---@param page_no? integer default the first one
---@return rtk.Page? page, string? message, rtk.Error? err
function Prefetch:fetch(page_no)
  page_no = page_no or self._first
  if self._next <= page_no then self:_request(page_no) end
  self:_request_until(page_no + self._count)
  -- An iterator that went back needs a page for the second time.
  if not self._tasks[page_no] then return self._paginator:fetch(page_no) end
  local ok, fetched, message, err = self._tasks[page_no]:wait()
  self._tasks[page_no] = nil
  if not ok then error(fetched, 0) end
  if not fetched then return nil, message, err end
  return fetched
end

--- Fetches the current state of a page.
---@param page_no integer
---@return rtk.Page? page, string? message, rtk.Error? err
function Prefetch:fetch_again(page_no)
  return self._paginator:fetch(page_no)
end

--- Cancels the pages that are in flight.
function Prefetch:close()
  for page_no, task in pairs(self._tasks) do
    self._tasks[page_no] = nil
    task:cancel()
  end
  self._last_allowed = 0
end

return prefetch
