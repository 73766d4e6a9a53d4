-- SPDX-License-Identifier: MIT
-- One page of a list, and the step to the next.
--
-- A page is an array of objects; its methods and its paging live in the metatable, so it encodes as
-- an array. A list ends with its last page (rtk.pagination.end_of_list), with a page that repeats
-- an earlier one, or with a 404. If a total then says that items are missing, the step fails: a
-- list never ends early without an error.

local core = require("rtk.core")
local errors = require("rtk.errors")
local misuse = require("rtk.misuse")
local suggest = require("rtk.suggest")
local api_error = require("rtk.errors.api_error")

---@class rtk.Page<T>: { [integer]: T }
---@field paging? rtk.Paging as far as the API sent it
---@field _state rtk.PageState
local Page = {}

---@class rtk.PageState
---@field paging? rtk.Paging
---@field page_no integer
---@field paginator rtk.Paginator
---@field progress? rtk.Progress
---@field marks? rtk.PageMarks of the earlier pages

local page = {}

local IN_PAGING = "page.paging.%s, as far as the API sent it"
local ITEMS = "a page is an array of its items: page[1], #page, ipairs(page)"
local FOLLOWING = "page:next() returns the next page, nil at the end; page:each() walks all pages"

-- What programs look for in a page, with what to write instead.
local instead = {
  count = "#page is the number of its items",
  data = ITEMS,
  end_offset = IN_PAGING,
  has_more = FOLLOWING,
  has_next = FOLLOWING,
  items = ITEMS,
  length = "#page is the number of its items",
  next_page = FOLLOWING,
  result = ITEMS,
  start_offset = IN_PAGING,
  total_count = IN_PAGING,
}

-- `n` is the length of a table that table.pack made; libraries look for it.
local may_be_absent = { n = true, paging = true }

local function unknown(_, name)
  if type(name) ~= "string" or name:sub(1, 1) == "_" or may_be_absent[name] then return nil end
  local advice = instead[name]
  local clause = advice and ": " .. advice:format(name)
    or suggest.clause(name, { "each", "next", "paging" })
  misuse.raise(("a page has no %q"):format(name) .. clause)
end

setmetatable(Page, { __index = unknown })

local index_metatable = {}

local function call()
  misuse.raise(
    "a page is no iterator: write `in page:each()` for the items of all pages,"
      .. " `in ipairs(page)` for those of this one"
  )
end

local function text_of(items)
  local state = items._state
  local total = tonumber(state.paging and state.paging.total_count)
  local of = total and " of " .. core.number_text(total, 15) or ""
  return ("rtk.Page %d%s, page %s"):format(#items, of, core.number_text(state.page_no, 15))
end

--- Makes a page of bare items.
---@param items table objects that already have their methods
---@param page_no integer
---@param paginator rtk.Paginator what fetched it
---@param reply rtk.Reply
---@return rtk.Page
function page.new(items, page_no, paginator, reply)
  local state = { paging = reply.paging, page_no = page_no, paginator = paginator }
  local index = setmetatable({ paging = reply.paging, _state = state }, index_metatable)
  return setmetatable(items, {
    __name = "rtk.Page",
    __call = call,
    __jsontype = "array",
    __index = index,
    __response = reply,
    __tostring = text_of,
    __methods = Page,
  })
end

--- How far the list has been read with this page.
---@param before? rtk.Page the previous page, when this one is new
---@return rtk.Progress
function Page:_progress(before)
  local state = self._state
  if before or not state.progress then
    state.progress = require("rtk.pagination.end_of_list").assess({
      page_no = state.page_no,
      count = #self,
      paging = state.paging,
      has_pages = state.paginator.has_pages,
      per_page = state.paginator.per_page,
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

-- Whether a repeated page marks the end of the list. If page_no never had an effect and the only
-- page is full, the list may go on, so it does not.
local function ends_by_repeating(here)
  return here:is_complete() and not (here.is_first and here.is_full)
end

--- The page after this one.
---@param source rtk.Paginator|rtk.Prefetch
---@return rtk.Page? page, string? message, rtk.Error? err nothing at the end
function Page:_after(source)
  local here, page_no = self:_progress(), self._state.page_no + 1
  if here.is_last then return nil end
  local following, _, err = source:fetch(page_no)
  if not following then
    if here:is_complete() and api_error.is_of_service_404(err) then return nil end
    return failed(err, page_no)
  end
  following:_progress(self)
  local earlier = require("rtk.pagination.cycle").earlier(self, following)
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
  return self:_after(self._state.paginator)
end

--- Iterates over the items of this page and of all later pages.
--- The iterator raises the message when a page cannot be fetched.
---@return rtk.Iterator|fun(): table? item
function Page:each()
  return require("rtk.pagination.iterator").new(self._state.paginator, nil, self)
end

index_metatable.__index = misuse.with_colon(Page, { "each", "next" }, "page", function(value)
  local metatable = getmetatable(value)
  return type(metatable) == "table" and rawget(metatable, "__methods") == Page
end)

return page
