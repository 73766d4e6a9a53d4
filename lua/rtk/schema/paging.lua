-- SPDX-License-Identifier: MIT
-- What every paginated list shares: the query that asks for a page and the
-- object that says which part of the whole came back.

local t = require("rtk.schema.type")

local paging = {}

paging.Paging = t.object("Paging", {}, {
  total_count = t.integer,
  start_offset = t.note(t.integer, "Position of the first item in the whole, counted from 1."),
  end_offset = t.note(t.integer, "Position of the last item, included."),
})

paging.PageQuery = t.object("PageQuery", {}, {
  page_no = t.note(t.integer, "Counted from 1."),
  per_page = t.integer,
})

paging.sort_order = t.enum({ "ASC", "DESC" }, "SortOrder")

return paging
