-- SPDX-License-Identifier: MIT
-- One page of a list, and the walk over all of them.
--
-- A page is an array of objects; its methods and its paging live in the
-- metatable, so that it is encoded as the array it is. The walk never loops
-- for ever and never ends early in silence: it stops where the API says that
-- the list ends, or where there is nothing more when it says nothing, and a
-- page that comes again is an error.

local course = require("rtk.course")
local error = require("rtk.error")
local recurrence = require("rtk.recurrence")
local walk = require("rtk.walk")

---@class rtk.Page<T>: { [integer]: T }
---@field paging? rtk.Paging as far as the API sent it
local Page = {}

local page = {}

--- Makes a page of bare items.
---@param items table objects that already have their methods
---@param state { paging?: rtk.Paging, page_no: integer, per_page?: integer, list: table }
---@param reply table the reply it came in
---@return rtk.Page
function page.new(items, state, reply)
  local index = setmetatable({ paging = state.paging, _state = state }, { __index = Page })
  state.before = state.page_no == 1 and 0 or nil
  return setmetatable(items, {
    __name = "rtk.Page",
    __jsontype = "array",
    __index = index,
    __response = reply,
  })
end

-- What the API sends there may be anything.
local function number_in(paging, name)
  return paging and tonumber(paging[name])
end

-- How many items there are, and how many with this page, as far as that is known.
local function progress(items)
  local state = items._state
  local total, shown = number_in(state.paging, "total_count"), number_in(state.paging, "end_offset")
  return total, shown or (state.before and state.before + #items)
end

-- Whether the list ends with this page. Where nothing tells, the next page does.
local function is_last(items)
  local state = items._state
  if #items == 0 then return true end
  local total, shown = progress(items)
  if total and shown then return shown >= total end
  if state.per_page then return #items < state.per_page end
  return not state.list:has_pages()
end

local function repeated(following, earlier)
  local reply = getmetatable(following).__response
  local page_no = following._state.page_no
  local reason = ("page %d repeats page %d, so page_no has no effect"):format(page_no, earlier)
  return error.unusable("protocol", reply, reply.call, reason)
end

--- How many pages follow, as far as this one tells.
---@param items rtk.Page
---@return number count 0 at the end of the list, math.huge when nothing tells where that is
function page.count_after(items)
  if is_last(items) then return 0 end
  local total, shown = progress(items)
  if total and shown then return math.max(1, math.ceil((total - shown) / #items)) end
  return math.huge
end

local function failed(err, page_no)
  err.page_no = page_no
  return nil, err.message, err
end

-- The page after `items`, from the list or something that gives its pages.
local function after(items, list)
  if is_last(items) then return nil end
  local state = items._state
  local page_no = state.page_no + 1
  local following, _, err = list:fetch(page_no)
  if err then return failed(err, page_no) end
  local total = progress(items)
  local earlier = recurrence.earlier(items, following, total, (progress(following)))
  if earlier then
    -- Nothing said that there would be more.
    if not total and not state.per_page then return nil end
    return failed(repeated(following, earlier), page_no)
  end
  following._state.before = state.before and state.before + #items
  return following
end

-- What a walk does, beginning with what `first` gives.
local function steps(list, first)
  local lowest
  return {
    first = function()
      local items, message, err = first()
      lowest = items and items._state.page_no
      return items, message, err
    end,
    after = function(items)
      return after(items, list)
    end,
    again = function(items, back)
      local page_no = math.max(lowest, items._state.page_no - back)
      local again, _, err = list:fetch_again(page_no)
      if not again then return failed(err, page_no) end
      again._state.seen = items._state.seen
      return again
    end,
    total = function(items)
      return (progress(items))
    end,
  }
end

--- The page after this one.
---@return rtk.Page? page nil at the end of the list, and on failure
---@return string? message on failure
---@return rtk.Error? err on failure; err.page_no is the page to go on from
function Page:next()
  return after(self, self._state.list)
end

--- Walks the items of this page and of all pages after it.
--- The iterator raises the message when a page cannot be fetched.
---@return fun(): table? item
function Page:each()
  local list = self._state.list
  local advance = course.new(steps(list, function()
    return self
  end))
  return walk.items(advance, math.huge, function() end)
end

--- Walks all items, page by page.
---@param list table gives pages by fetch(page_no), the first without, and as they are now by
---fetch_again(page_no); close() when it is over
---@param limits? { max_items?: integer, max_pages?: integer }
---@return fun(): table? item raises the message on failure
function page.walk(list, limits)
  local pages_left = limits and limits.max_pages or math.huge
  local advance = course.new(steps(list, function()
    return list:fetch()
  end))
  return walk.items(
    function()
      if pages_left <= 0 then return nil end
      pages_left = pages_left - 1
      return advance()
    end,
    limits and limits.max_items or math.huge,
    function()
      list:close()
    end
  )
end

return page
