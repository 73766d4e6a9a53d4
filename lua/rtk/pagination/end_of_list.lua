-- SPDX-License-Identifier: MIT
-- Decides whether a page is the last of its list, and whether items are missing by then.
--
-- Servers cap per_page, filter after they cut pages, and send impossible totals. So a short page
-- ends nothing, and a number that contradicts the items is ignored. A page is the last when
-- total_count items have been read with it, or when it is empty. If a total says that items are
-- missing, an empty page may have been filtered as a whole, so more empty pages must follow.
-- Two other ends, a page that repeats and a 404, show only when the next page is fetched:
-- rtk.pagination.page.

---@class rtk.Progress
---@field page_no integer
---@field count integer items on this page
---@field seen? integer items up to this page, counted; nil when the first pages were not read
---@field start? integer start_offset
---@field stop? integer end_offset
---@field total? integer total_count, ignored when it contradicts the items
---@field expected_total? integer the latest total of this page and those before
---@field size integer the largest page so far
---@field reported_end integer the largest end_offset that page sizes can explain
---@field is_advancing boolean whether it starts after the page before, and within the total
---@field empty_pages integer empty pages in a row, up to this one
---@field is_first boolean whether reading began with this page
---@field is_full boolean whether it has exactly per_page items
---@field has_pages boolean whether anything shows that the list has pages
---@field is_last boolean whether the list certainly ends with it
local Progress = {}
Progress.__index = Progress

local end_of_list = {}

-- Empty pages in a row that end a list although a total says that items are missing: once pages
-- of this size cover the total, and in any case.
local EMPTY_PAGES, MOST_EMPTY_PAGES = 2, 10

-- A server may send anything; numbers may come as text.
local function whole_number(paging, name)
  local value = paging and tonumber(paging[name])
  return value and value >= 0 and value % 1 == 0 and value or nil
end

-- Whether pages of this size explain end_offset. One more page than counted is allowed, because
-- the largest page may be filtered, too.
local function is_explained(here, size)
  return here.stop ~= nil and here.stop < (here.page_no + 1) * size
end

local function seen_with(here, before)
  if here.page_no == 1 then return here.count end
  if before and before.seen then return before.seen + here.count end
  if here.start and here.start >= 1 then return here.start - 1 + here.count end
  if is_explained(here, here.count) and here.stop >= here.count then return here.stop end
  return nil
end

-- An empty page may have any total, since items may have been deleted.
local function credible_total(here, total)
  if here.count == 0 or total and total >= (here.seen or here.count) then return total end
  return nil
end

local function expected_total_of(here, before)
  -- Some servers count nothing at all beyond the end.
  local is_credible = here.total and (here.count > 0 or here.total > 0)
  return is_credible and here.total or before and before.expected_total
end

-- Whether start_offset says where the page is in the whole list.
local function is_advancing(here, before)
  if not (before and here.start and before.start and here.expected_total) then return false end
  return here.start > before.start and here.start <= here.expected_total
end

-- Items may be filtered out of every page; the distance between starts shows the page size.
local function size_of(here, before)
  local size = math.max(here.count, before and before.size or 0)
  return here.is_advancing and math.max(size, here.start - before.start) or size
end

local function reported_end_of(here, before)
  local reported = before and before.reported_end or 0
  return is_explained(here, here.size) and math.max(here.stop, reported) or reported
end

-- Whether as many items were read as a total announced.
local function has_all(here)
  return not here.expected_total or here.seen ~= nil and here.seen >= here.expected_total
end

--- Whether nothing is missing: the pages that were read cover all that a total counts, even if
--- some items were filtered out of them.
---@return boolean
function Progress:is_complete()
  if has_all(self) then return true end
  return math.max(self.reported_end, self.page_no * math.max(1, self.size)) >= self.expected_total
end

-- Whether the list certainly ends with a page.
local function is_last(here)
  if here.count == 0 then
    -- Reading may have begun beyond the end of the list.
    if has_all(here) or here.is_first and here.page_no > 1 then return true end
    if here.empty_pages >= MOST_EMPTY_PAGES then return true end
    return here.empty_pages >= EMPTY_PAGES and here:is_complete()
  end
  local total = here.total
  if total and here.seen == total and not (here.stop and here.stop < total) then return true end
  return not here.has_pages
end

---@class rtk.ProgressFacts
---@field page_no integer
---@field count integer items on the page
---@field paging? table as the server sent it
---@field has_pages boolean whether the list is known to have pages
---@field per_page? number from the query

--- Assesses a page.
---@param facts rtk.ProgressFacts
---@param before? rtk.Progress of the previous page; nil for the first that is read
---@return rtk.Progress
function end_of_list.assess(facts, before)
  local paging = facts.paging
  local here = setmetatable({ page_no = facts.page_no, count = facts.count }, Progress)
  here.start, here.stop = whole_number(paging, "start_offset"), whole_number(paging, "end_offset")
  local total = whole_number(paging, "total_count")
  here.seen = seen_with(here, before)
  here.total = credible_total(here, total)
  here.expected_total = expected_total_of(here, before)
  here.is_advancing = is_advancing(here, before)
  here.size = size_of(here, before)
  here.reported_end = reported_end_of(here, before)
  here.empty_pages = here.count == 0 and (before and before.empty_pages or 0) + 1 or 0
  here.is_first = before == nil
  here.has_pages = facts.has_pages or before ~= nil or total ~= nil or here.stop ~= nil
  here.is_full = facts.count == facts.per_page
  here.is_last = is_last(here)
  return here
end

--- How many pages follow, as far as known.
---@return number count 0 at the end of the list, math.huge when unknown
function Progress:pages_left()
  if self.is_last then return 0 end
  if not (self.total and self.seen) or self.size == 0 then return math.huge end
  return math.max(1, math.ceil((self.total - self.seen) / self.size))
end

return end_of_list
