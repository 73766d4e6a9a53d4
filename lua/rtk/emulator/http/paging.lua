-- SPDX-License-Identifier: MIT
-- Cuts one page out of a list. Pages and offsets count from 1; both offsets are inclusive. Lists
-- are newest first. A page beyond the end, such as the only page of an empty list, has no items and
-- 0 for both offsets; the reference does not document this.
local json = require("rtk.emulator.util.json")

local paging = {}

--- Cuts the page that a query asks for.
---@param request table with the checked query and the emulator's page defaults
---@param records table[] oldest first
---@param view fun(record: table, request: table): table
---@param oldest_first? boolean
---@return table[] items
---@return table paging
function paging.cut(request, records, view, oldest_first)
  local total = #records
  local per_page = request.query.per_page or request.options.per_page
  if request.options.max_per_page then
    per_page = math.min(per_page, request.options.max_per_page)
  end
  -- Any numbers are good, but their product must be exact.
  per_page = math.min(per_page, math.max(1, total))
  local page_no = math.min(request.query.page_no or 1, total + 1)
  local start = (page_no - 1) * per_page + 1
  local stop = math.min(start + per_page - 1, total)
  if start > total then
    return json.array(), { total_count = total, start_offset = 0, end_offset = 0 }
  end
  local items = json.array()
  for index = start, stop do
    items[#items + 1] = view(records[oldest_first and index or total - index + 1], request)
  end
  return items, { total_count = total, start_offset = start, end_offset = stop }
end

return paging
