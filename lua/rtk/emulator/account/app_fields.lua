-- SPDX-License-Identifier: MIT
-- What the body of an app may contain, and the query of the list: the newer reference has one, the
-- older none.
local field = require("rtk.emulator.http.field")

return {
  create = field.object({ name = field.string({ required = true, not_empty = true }) }),
  list = field.page_query({
    search = field.string(),
    sort_order = field.string({ one_of = { "ASC", "DESC" } }),
  }),
}
