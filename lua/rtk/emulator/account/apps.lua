-- SPDX-License-Identifier: MIT
-- Apps of an account: list, create and get. Names are not unique. The list has pages, as observed;
-- the reference documents none (option `documented`).
local clock = require("rtk.emulator.state.clock")
local field = require("rtk.emulator.http.field")
local paging = require("rtk.emulator.http.paging")
local response = require("rtk.emulator.http.response")
local text = require("rtk.emulator.util.text")

local fields = {
  create = field.object({ name = field.string({ required = true, not_empty = true }) }),
  -- Only the newer reference documents this query.
  list = field.page_query({
    search = field.string(),
    sort_order = field.string({ one_of = { "ASC", "DESC" } }),
  }),
}

local function view(app)
  return { id = app.id, name = app.fields.name, created_at = clock.format(app.created) }
end

local function list(request)
  local search = request.query.search
  local apps = request.account.apps:select(search and function(app)
    return text.contains(app.fields.name, search)
  end)
  if request.options.documented then
    local items = {}
    for index, app in ipairs(apps) do
      items[index] = view(app)
    end
    return response.page(items)
  end
  return response.page(paging.cut(request, apps, view, request.query.sort_order == "ASC"))
end

local function create(request)
  local app = request.emulator.store:create_app(request.account, request.body.name)
  return response.data({ app = view(app) }, 201)
end

local function get(request)
  local id = request.ids.app_id
  local app = request.account.apps:get(id)
  if not app then return response.failure(404, "No app found with id " .. id) end
  return response.data(view(app))
end

return {
  routes = {
    { "GET", "/apps", list, query = fields.list },
    { "POST", "/apps", create, body = fields.create },
    { "GET", "/apps/{app_id}", get },
  },
}
