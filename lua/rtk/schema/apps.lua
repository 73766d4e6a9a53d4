-- SPDX-License-Identifier: MIT
-- Apps. Their paths start below the account, all others below an app.

local t = require("rtk.schema.type")
local paging = require("rtk.schema.paging")

local apps = {}

apps.App = t.object("App", { id = t.string }, {
  created_at = t.string,
  name = t.string,
})

apps.operations = {
  ["GET /apps"] = {
    of_account = true,
    query = t.extend(paging.PageQuery, "AppsQuery", {
      search = t.string,
      sort_order = paging.sort_order,
    }),
    reply = t.array(apps.App),
    paging = "envelope",
  },
  ["POST /apps"] = {
    of_account = true,
    body = t.object("AppCreate", { name = t.string }),
    reply = apps.App,
    wrapper = "app",
  },
  ["GET /apps/{app_id}"] = { of_account = true, reply = apps.App },
}

return apps
