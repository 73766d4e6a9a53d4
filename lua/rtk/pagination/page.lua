-- SPDX-License-Identifier: MIT
-- One page of a list, and the step to the next one.
--
-- A page is an array of objects; its methods and its paging live in the
-- metatable, so that it is encoded as the array it is. A list ends with a page
-- that says so (rtk.pagination.progress), with a page that repeats an earlier one, or with a
-- 404. If a total says that items are missing then, the step fails: a list
-- never ends early in silence.

local errors = require("rtk.http.errors")
local iterator = require("rtk.pagination.iterator")
local progress = require("rtk.pagination.progress")
local cycle = require("rtk.pagination.cycle")
local api_error = require("rtk.http.api_error")

---@class rtk.Page<T>: { [integer]: T }
---@field paging? rtk.Paging as far as the API sent it
local Page = {}

local page = {}

--- Makes a page of bare items.
---@param items table objects that already have their methods
---@param state { paging?: rtk.Paging, page_no: integer, list: table }
---@param reply table the reply it came in
---@return rtk.Page
function page.new(items, state, reply)
  local index = setmetatable({ paging = state.paging, _state = state }, { __index = Page })
  return setmetatable(items, {
    __name = "rtk.Page",
    __jsontype = "array",
    __index = index,
    __response = reply,
  })
end

--- How far the list has been read with this page.
---@param before? rtk.Page the page before, when this one has just come
---@return rtk.Progress
function Page:_progress(before)
  local state = self._state
  if before or not state.progress then
    local list = state.list
    state.progress = progress.new({
      page_no = state.page_no,
      count = #self,
      paging = state.paging,
      has_pages = list:has_pages(),
      per_page = list:per_page(),
    }, before and before:_progress())
  end
  return state.progress
end

local function failed(err, page_no)
  err.page_no = page_no
  return nil, err.message, err
end

local function unusable(items, reason)
  local reply = getmetatable(items).__response
  return failed(errors.unusable("protocol", reply, reply.call, reason), items._state.page_no)
end

-- Whether a page that repeats an earlier one is how the server says that the list is
-- over. If page_no never had an effect and the one page that there is has as many
-- items as were asked for, nobody knows.
local function ends_by_repeating(here)
  return here:is_complete() and not (here.is_first and here.is_full)
end

--- The page after this one.
---@param source table gives pages by fetch(page_no)
---@return rtk.Page? page, string? message, rtk.Error? err nothing at the end
function Page:_after(source)
  local here, page_no = self:_progress(), self._state.page_no + 1
  if here:is_last() then return nil end
  local following, _, err = source:fetch(page_no)
  if not following then
    if here:is_complete() and api_error.is_of_service_404(err) then return nil end
    return failed(err, page_no)
  end
  following:_progress(self)
  local earlier = cycle.earlier(self, following)
  if not earlier then return following end
  if ends_by_repeating(here) then return nil end
  local reason = "page %d repeats page %d, so page_no has no effect"
  return unusable(following, reason:format(page_no, earlier))
end

--- The page after this one. It may be empty and yet not be the last.
---@return rtk.Page? page nil at the end of the list, and on failure
---@return string? message on failure
---@return rtk.Error? err on failure; err.page_no is the page to go on from
function Page:next()
  return self:_after(self._state.list)
end

--- Walks the items of this page and of all pages after it.
--- The iterator raises the message when a page cannot be fetched.
---@return fun(): table? item
function Page:each()
  return iterator.new(self._state.list, nil, self)
end

return page
