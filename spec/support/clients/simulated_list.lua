-- SPDX-License-Identifier: MIT
-- Servers that cut a list into pages in all observed ways: they cap per_page, filter pages after
-- cutting them, and may report a wrong total and wrong offsets.

local clients = require("spec.support.clients.clients")
local blocking = require("rtk.runtime.blocking")
local rtk = require("rtk")

local SimulatedList = {}
SimulatedList.__index = SimulatedList

local simulated_list = {}

---@class SimulatedList
---@field item_count integer before the filter
---@field page_size integer when the query does not say
---@field cap? integer what the query cannot raise it above
---@field hidden table<integer, boolean> numbers of items that the filter takes out
---@field resource "meetings"|"sessions"|"apps"|"webhooks"
---@field total "none"|"right"|"text"|"visible"|"zero"|"negative"|"small"|"null"
---@field offsets "none"|"by position"|"by items"|"zero"|"constant"|"huge"|"text"
---@field shape "beside"|"inside"|"result"
---@field beyond "empty"|"not found"|"repeat" what comes after the last page
---@field query table

--- Describes a list; what is not given is the simplest.
---@param fields table
---@return SimulatedList
function simulated_list.new(fields)
  local spec = {
    hidden = {},
    resource = "meetings",
    total = "none",
    offsets = "none",
    shape = "beside",
    beyond = "empty",
    query = {},
  }
  for name, value in pairs(fields) do
    spec[name] = value
  end
  return setmetatable(spec, SimulatedList)
end

-- Hides items, but some of each page where nothing but its items tells that there are more.
local function hide_some(spec, random)
  local may_hide_pages = spec.total == "right" or spec.total == "text"
  local size = spec:size(spec.query.per_page)
  for first = 1, spec.item_count, size do
    local last = math.min(first + size - 1, spec.item_count)
    local kept = may_hide_pages and 0 or first + random:below(last - first + 1)
    local hides_all = may_hide_pages and random:chance(15)
    local percent = random:pick({ 5, 30, 60 })
    for number = first, last do
      spec.hidden[number] = number ~= kept and (hides_all or random:chance(percent)) or nil
    end
  end
end

local TOTALS = { "none", "right", "text", "visible", "zero", "negative", "small", "null" }
local OFFSETS = { "none", "by position", "by items", "zero", "constant", "huge", "text" }

--- Any list.
---@param random table
---@return SimulatedList
function simulated_list.random(random)
  local spec = simulated_list.new({
    item_count = random:below(60),
    page_size = random:below(8) + 1,
    cap = random:chance(50) and random:below(8) + 1 or nil,
    resource = random:pick({ "meetings", "sessions", "apps" }),
    total = random:pick(TOTALS),
    offsets = random:pick(OFFSETS),
    shape = random:pick({ "beside", "inside", "result" }),
    beyond = random:pick({ "empty", "not found", "repeat" }),
    query = { per_page = random:chance(60) and random:below(40) + 1 or nil },
  })
  if random:chance(50) then hide_some(spec, random) end
  return spec
end

--- The items of a page when so many are asked for.
---@param per_page? integer
---@return integer
function SimulatedList:size(per_page)
  return math.min(per_page or self.page_size, self.cap or math.huge)
end

--- How many pages there are before what is beyond.
---@return integer
function SimulatedList:page_count()
  return math.max(1, math.ceil(self.item_count / self:size(self.query.per_page)))
end

--- The numbers of the items that the filter lets through.
---@return integer[]
function SimulatedList:visible()
  local numbers = {}
  for number = 1, self.item_count do
    if not self.hidden[number] then numbers[#numbers + 1] = number end
  end
  return numbers
end

-- Whether all pages with an item have the same ones.
local function is_one_full_page(spec)
  return spec.beyond == "repeat"
    and spec:page_count() == 1
    and #spec:visible() == spec.query.per_page
end

--- Whether an error after all items is right: a total that counts hidden ones, or one full
--- page that comes again and again, tells of more.
---@return boolean
function SimulatedList:may_fail()
  local counts_hidden = self.total == "right" or self.total == "text"
  if counts_hidden and next(self.hidden) ~= nil then return true end
  return is_one_full_page(self)
end

--- For messages.
---@return string
function SimulatedList:describe()
  local parts, hidden = {}, {}
  for name, value in pairs(self) do
    if type(value) ~= "table" then parts[#parts + 1] = name .. " " .. tostring(value) end
  end
  for number in pairs(self.hidden) do
    hidden[#hidden + 1] = number
  end
  table.sort(parts)
  table.sort(hidden)
  local per_page = tostring(self.query.per_page)
  return ("%s, per_page %s, hidden %s"):format(
    table.concat(parts, ", "),
    per_page,
    table.concat(hidden, " ")
  )
end

local totals = {
  right = function(spec)
    return spec.item_count
  end,
  text = function(spec)
    return tostring(spec.item_count)
  end,
  visible = function(spec)
    return #spec:visible()
  end,
  zero = function()
    return 0
  end,
  negative = function()
    return -1
  end,
  -- No page ends there.
  small = function(_, first_count)
    return math.max(0, first_count - 1)
  end,
  null = function()
    return rtk.null
  end,
}

local offsets = {
  ["by position"] = function(first, last)
    return first, last
  end,
  ["by items"] = function(first, _, count)
    return first, first + count - 1
  end,
  zero = function()
    return 0, 0
  end,
  constant = function()
    return 1, 3
  end,
  huge = function()
    return 1, 1e9
  end,
  text = function()
    return "first", "last"
  end,
}

local function items_of(spec, first, last)
  local items = rtk.array()
  for number = first, last do
    if not spec.hidden[number] then
      items[#items + 1] = { id = "id-" .. number, number = number }
    end
  end
  return items
end

local function paging_of(spec, size, first, last, items)
  if spec.total == "none" and spec.offsets == "none" then return nil end
  local paging = {}
  local of_total, of_offsets = totals[spec.total], offsets[spec.offsets]
  if of_total then
    paging.total_count = of_total(spec, #items_of(spec, 1, math.min(size, spec.item_count)))
  end
  if of_offsets then
    paging.start_offset, paging.end_offset = of_offsets(first, last, #items)
  end
  return paging
end

local function body_of(spec, items, paging)
  if spec.shape == "result" then return { success = true, result = items, result_info = paging } end
  if spec.shape == "inside" then
    return { success = true, data = { [spec.resource] = items, paging = paging } }
  end
  return { success = true, data = items, paging = paging }
end

local function answer(spec, request)
  local page_no = math.max(1, tonumber(request.url:match("page_no=(%d+)")) or 1)
  local size = spec:size(tonumber(request.url:match("per_page=(%d+)")))
  local page_count = math.max(1, math.ceil(spec.item_count / size))
  if page_no > page_count and spec.beyond == "not found" then
    return { status = 404, json = { success = false, error = { code = 404, message = "none" } } }
  end
  if spec.beyond == "repeat" then page_no = math.min(page_no, page_count) end
  local first = (page_no - 1) * size + 1
  local last = math.min(page_no * size, spec.item_count)
  local items = items_of(spec, first, last)
  return { json = body_of(spec, items, paging_of(spec, size, first, last, items)) }
end

--- Makes a client of such a list.
---@param spec SimulatedList
---@return rtk.Client client, table transport
function simulated_list.client(spec)
  return clients.fake({
    function(request)
      return answer(spec, request)
    end,
  }, { runtime = blocking })
end

return simulated_list
