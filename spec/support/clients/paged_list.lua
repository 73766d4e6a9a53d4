-- SPDX-License-Identifier: MIT
-- A list of meetings that a server returns page by page on a virtual clock, and clients that read
-- it.

local rtk = require("rtk")

local paged_list = {}

---@class PagedList
---@field total integer how many items there are
---@field per_page? integer the items of a page when the query does not say; default 2
---@field most_per_page? integer what the query cannot raise it above
---@field has_paging? boolean whether replies have paging; default true
---@field failing? integer the page that answers with 403
---@field not_found_from? integer the first of the pages that answer with 404
---@field delay? fun(page_no: integer): number seconds; default 1 for all
---@field rewrite? fun(page_no: integer, items: table[], paging?: table) the last word

local function items_of(spec, first, last)
  local items = rtk.array()
  for number = first, math.min(last, spec.total) do
    items[#items + 1] = { id = "id-" .. number }
  end
  return items
end

local function answer(spec, request)
  local page_no = tonumber(request.url:match("page_no=(%d+)")) or 1
  local delay = spec.delay and spec.delay(page_no) or 1
  if page_no == spec.failing then
    return { status = 403, value = { success = false, error = { message = "no" } } }, delay
  end
  if page_no >= (spec.not_found_from or math.huge) then
    return { status = 404, value = { success = false, error = { code = 404 } } }, delay
  end
  local size = tonumber(request.url:match("per_page=(%d+)")) or spec.per_page or 2
  size = math.min(size, spec.most_per_page or size)
  local items = items_of(spec, (page_no - 1) * size + 1, page_no * size)
  local paging
  if spec.has_paging ~= false then
    local start_offset = (page_no - 1) * size + 1
    local end_offset = start_offset + #items - 1
    paging = { total_count = spec.total, start_offset = start_offset, end_offset = end_offset }
  end
  if spec.rewrite then spec.rewrite(page_no, items, paging) end
  return { value = { success = true, data = items, paging = paging } }, delay
end

--- Makes a client of such a list.
---@param clock table
---@param spec PagedList
---@return rtk.Client client, table transport
function paged_list.client(clock, spec)
  local transport = clock:transport(function(request)
    return answer(spec, request)
  end)
  local client = rtk.new({
    api_token = "t",
    account_id = "a",
    app_id = "b",
    max_retries = 0,
    transport = transport,
  })
  return client, transport
end

--- The numbers of the pages that were asked for, in order.
---@param transport table
---@return integer[]
function paged_list.asked(transport)
  local numbers = {}
  for index, request in ipairs(transport.requests) do
    numbers[index] = tonumber(request.url:match("page_no=(%d+)")) or 1
  end
  return numbers
end

--- Walks a list to its end, or to its failure.
---@param client rtk.Client
---@param query? table
---@param options? table
---@return string ids, string? message
function paged_list.walk(client, query, options)
  local ids = {}
  local _, message = pcall(function()
    for meeting in client.meetings:each(query, options) do
      ids[#ids + 1] = meeting.id:sub(4)
    end
  end)
  return table.concat(ids, " "), message and message:gsub("^%S+: ", "")
end

return paged_list
