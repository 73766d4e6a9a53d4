-- SPDX-License-Identifier: MIT
-- One page of a list, and the walk over all of them.
--
-- A page is an array of objects; its methods and its paging live in the
-- metatable, so that it is encoded as the array it is. The walk never loops
-- for ever and never ends early in silence: it stops where the API says that
-- the list ends, and a page that repeats the one before is an error.

local error = require("rtk.error")
local walk = require("rtk.walk")

---@class rtk.Page<T>: { [integer]: T }
---@field paging? rtk.Paging as far as the API sent it
local Page = {}

local page = {}

local function first_table(...)
  for index = 1, select("#", ...) do
    local value = (select(index, ...))
    if type(value) == "table" then return value end
  end
  return nil
end

-- Where lists are found in replies, in the order to look.
local list_keys = {
  "sessions",
  "participants",
  "livestreams",
  "recordings",
  "meetings",
  "presets",
  "webhooks",
  "apps",
  "data",
} -- stylua: ignore

local function is_list(value)
  return type(value) == "table" and (next(value) == nil or value[1] ~= nil)
end

local function items_in(data)
  if is_list(data) then return data end
  if type(data) ~= "table" then return nil end
  for _, key in ipairs(list_keys) do
    if is_list(data[key]) then return data[key] end
  end
  return data.id ~= nil and { data } or nil
end

--- Finds the items and the paging in any of the forms that list replies have.
---@param body table the decoded reply
---@return table? items nil when there is no list in it
---@return rtk.Paging? paging
function page.extract(body)
  if is_list(body) then return body, nil end
  local data = body.data
  if data == nil then data = body.result end
  local inner = type(data) == "table" and data.paging or nil
  return items_in(data), first_table(body.paging, inner, body.result_info)
end

--- Makes a page of bare items.
---@param items table objects that already have their methods
---@param state { paging?: rtk.Paging, page_no: integer, per_page?: integer, list: table }
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

-- What the API sends there may be anything.
local function number_in(paging, name)
  return paging and tonumber(paging[name])
end

-- Whether the list ends with this page.
local function is_last(items)
  local state = items._state
  if #items == 0 then return true end
  local paging = state.paging
  local total, shown = number_in(paging, "total_count"), number_in(paging, "end_offset")
  if total and shown then return shown >= total end
  local per_page = tonumber(state.per_page)
  return not per_page or #items < per_page
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

local function repeated(following, page_no)
  local reply = getmetatable(following).__response
  local reason = ("page %d repeats page %d, so page_no has no effect"):format(page_no, page_no - 1)
  return error.unusable("protocol", reply, reply.call, reason)
end

--- How many pages follow, as far as this one tells.
---@param items rtk.Page
---@return number count 0 at the end of the list, math.huge when nothing tells where that is
function page.count_after(items)
  if is_last(items) then return 0 end
  local paging = items._state.paging
  local total, shown = number_in(paging, "total_count"), number_in(paging, "end_offset")
  if total and shown then return math.max(1, math.ceil((total - shown) / #items)) end
  return math.huge
end

-- The page after `items`, from the list or something that gives its pages.
local function after(items, list)
  if is_last(items) then return nil end
  local page_no = items._state.page_no + 1
  local following, _, err = list:fetch(page_no)
  if following and same_items(items, following) then err = repeated(following, page_no) end
  if not err then return following end
  err.page_no = page_no
  return nil, err.message, err
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
  return walk.items(function(previous)
    if not previous then return self end
    return previous:next()
  end, math.huge, function() end)
end

--- Walks all items, page by page.
---@param list table gives pages by fetch(page_no), the first without; close() when it is over
---@param limits? { max_items?: integer, max_pages?: integer }
---@return fun(): table? item raises the message on failure
function page.walk(list, limits)
  local pages_left = limits and limits.max_pages or math.huge
  return walk.items(
    function(previous)
      if pages_left <= 0 then return nil end
      pages_left = pages_left - 1
      if not previous then return list:fetch() end
      return after(previous, list)
    end,
    limits and limits.max_items or math.huge,
    function()
      list:close()
    end
  )
end

return page
