-- SPDX-License-Identifier: MIT
-- Iterates over the items of all pages of a list that may change meanwhile.
--
-- Pages are cut by position. An added item moves others to later pages, where the iterator skips
-- those it has returned. A deleted item moves others to earlier pages, where they would be missed:
-- when the total has decreased, or the next page is gone, the iterator goes back by that many pages
-- and returns what is new there.
--
-- What it raises is text, because nginx and other hosts show nothing else. The error itself is then
-- in the iterator's field err.

local core = require("rtk.core")
local misuse = require("rtk.misuse")
local api_error = require("rtk.errors.api_error")
local callable = require("rtk.pagination.callable")
local suggest = require("rtk.suggest")

---@class rtk.Iterator what each returns: a generic for calls it for the next item
---@field err? rtk.Error why it raised; err.page_no is the page to go on from
---@field page_no? integer the page that it is on

local iterator = {}

-- The position in the list.
local Iterator = {}
Iterator.__index = Iterator

-- Moves to a page; returns the new items on it, which are mostly the page itself.
function Iterator:_accept(page)
  self._page = page
  if self._source.learn then self._source:learn(page) end
  local items = self._unseen(page)
  self._is_fruitless = self._is_fruitless and #items == 0
  return items
end

local function copy(items)
  local copied = {}
  for index = 1, #items do
    copied[index] = items[index]
  end
  return copied
end

function Iterator:_begin()
  local first = self._first
  if first then
    self._lowest = first._state.page_no
    -- It is the program's, which may change it meanwhile.
    return copy(self:_accept(first))
  end
  local page, message, err = self._source:fetch()
  if not page then return nil, message, err end
  self._lowest = page._state.page_no
  return self:_accept(page)
end

-- Fetches the current page again, or one that many pages before it.
function Iterator:_fetch_again(back)
  local state = self._page._state
  local page_no = math.max(self._lowest, state.page_no - back)
  self._pages_left = self._pages_left - 1
  local source = self._source
  local page, message, err = (source.fetch_again or source.fetch)(source, page_no)
  if page then
    page._state.marks = state.marks
  else
    err.page_no = page_no
  end
  return page, message, err
end

-- By how many items a list has shrunk between two looks at it.
local function loss(before, now)
  return before.total and now.total and before.total - now.total or 0
end

-- Whether the list has shrunk since the page was fetched, as far as the next one tells.
function Iterator:_may_have_shrunk(following, err)
  -- With wrong totals it must not keep going back.
  if self._is_fruitless or self._pages_left <= 0 then return false end
  local here = self._page._state.progress
  if following then return loss(here, following._state.progress) > 0 end
  return here.total ~= nil and api_error.is_of_service_404(err)
end

-- The current page again or, if items have moved further, the page they moved to.
function Iterator:_look_back()
  local page = self._page
  local again, message, err = self:_fetch_again(0)
  if again then
    local here = page:_progress()
    local back = math.ceil(loss(here, again:_progress()) / math.max(1, here.size)) - 1
    if back > 0 and self._pages_left > 0 then
      again, message, err = self:_fetch_again(back)
    end
  end
  local is_gone = again and #again == 0 or err and api_error.is_of_service_404(err)
  if not is_gone or #page == 0 or self._pages_left <= 0 then return again, message, err end
  local page_no = (again or page)._state.page_no
  if page_no > self._lowest then return self:_fetch_again(math.huge) end
  return again, message, err
end

-- Goes back as far as items may have moved; continues with the next page when none have.
function Iterator:_go_back(following, message, err)
  local again, again_message, again_err = self:_look_back()
  if not again then return nil, again_message, again_err end
  local has_shrunk = loss(self._page:_progress(), again:_progress()) > 0
  self._is_fruitless = true
  local items = self:_accept(again)
  if has_shrunk or #items > 0 then return items end
  if not following then return nil, message, err end
  return self:_accept(following)
end

-- The new items of the next page; nil at the end.
function Iterator:_advance()
  if self._pages_left <= 0 then return nil end
  self._pages_left = self._pages_left - 1
  if not self._page then return self:_begin() end
  local following, message, err = self._page:_after(self._source)
  if not following and not err then return nil end
  if self:_may_have_shrunk(following, err) then return self:_go_back(following, message, err) end
  if not following then return nil, message, err end
  return self:_accept(following)
end

-- A program may ask for any number.
local function place(page_no)
  return core.number_text(page_no, 15)
end

-- The first page of a list goes without saying.
function Iterator:_raise(message, err)
  local page_no = err and err.page_no
  self.err = err
  local is_named = page_no and (self._page or page_no ~= 1)
  misuse.raise(is_named and ("page %s: %s"):format(place(page_no), message) or message)
end

-- The running coroutine; true for the main program on LuaJIT.
local function runner()
  return coroutine.running() or true
end

local function new_iterator(source, max_pages, first)
  return setmetatable({
    _source = source,
    _first = first,
    _pages_left = max_pages or math.huge,
    _unseen = core.unseen(),
  }, Iterator)
end

-- The function that returns the next item.
local function next_of(self, source, limits)
  local items_left = limits and limits.max_items or math.huge
  local items, last, position, done, fetcher = nil, 0, 0, false, nil
  local function finish(message, err)
    done = true
    if source.close then source:close() end
    if message then self:_raise(message, err) end
    return false
  end
  -- Moves to the next page with items; false when there is none.
  local function turn()
    -- Returning nil would mean that there are no more items.
    if fetcher and fetcher ~= runner() then
      misuse.raise(
        "another coroutine waits for this list's next page, or was cancelled while it did:"
          .. " give each its own loop"
      )
    end
    while not done do
      if items_left <= 0 then return finish() end
      -- It may raise: then the iterator is done.
      done, fetcher, last, position = true, runner(), 0, 0
      local message, err
      items, message, err = self:_advance()
      fetcher = nil
      if not items then return finish(message, err) end
      last, done = math.min(#items, items_left), false
      items_left = items_left - last
      if last > 0 then return true end
    end
    return false
  end
  return function()
    if position >= last and not turn() then return nil end
    position = position + 1
    return items[position]
  end
end

--- The first item, of all pages, that a function accepts.
---@param source rtk.Paginator fetches pages
---@param accepts fun(item: table): boolean
---@return table|false|nil item false when there is none
---@return string? message
---@return rtk.Error? err err.page_no is the page that cannot be fetched
function iterator.find(source, accepts)
  local self = new_iterator(source)
  local items, message, err = self:_advance()
  while items do
    for index = 1, #items do
      if accepts(items[index]) then return items[index] end
    end
    items, message, err = self:_advance()
  end
  if err then return nil, message, err end
  return false
end

local function refuse()
  misuse.raise(
    "what each returns is an iterator and no array: write `for item in` before it, without ipairs"
  )
end

local function field_of(self, name)
  if name == "err" then return self.err end
  if name == "page_no" then return self._page and self._page._state.page_no end
  if type(name) == "number" then refuse() end
  if type(name) ~= "string" or name:sub(1, 1) == "_" then return nil end
  local clause = suggest.clause(name, { "err", "page_no" })
  misuse.raise(("an iterator has no %q"):format(name) .. clause)
end

--- Makes an iterator over all items, page by page.
---@param source rtk.Paginator|rtk.Prefetch fetches pages
---@param limits? { max_items?: integer, max_pages?: integer }
---@param first? rtk.Page the page to start with
---@return rtk.Iterator|fun(): table? item raises the message on failure
function iterator.new(source, limits, first)
  local self = new_iterator(source, limits and limits.max_pages, first)
  local function index(_, name)
    return field_of(self, name)
  end
  local function text()
    local page_no = index(nil, "page_no")
    return "rtk.Iterator" .. (page_no and " on page " .. place(page_no) or "")
  end
  return callable.new({
    __name = "rtk.Iterator",
    __call = next_of(self, source, limits),
    __index = index,
    __len = refuse,
    __pairs = refuse,
    __ipairs = refuse,
    __tostring = text,
  })
end

return iterator
