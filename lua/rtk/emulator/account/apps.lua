-- SPDX-License-Identifier: MIT
-- Apps of an account. Their names are not unique and nothing reads, changes or deletes one app.
-- The list has pages, as observed; the reference documents none (option `documented`).
local clock = require("rtk.emulator.state.clock")
local fields = require("rtk.emulator.account.app_fields")
local page = require("rtk.emulator.http.paging")
local reply = require("rtk.emulator.http.reply")
local text = require("rtk.emulator.util.text")

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
    for i, app in ipairs(apps) do
      items[i] = view(app)
    end
    return reply.page(items)
  end
  return reply.page(page.cut(request, apps, view, request.query.sort_order == "ASC"))
end

local function create(request)
  local app = request.emulator.store:create_app(request.account, request.body.name)
  return reply.data({ app = view(app) }, 201)
end

return {
  routes = {
    { "GET", "/apps", list, query = fields.list },
    { "POST", "/apps", create, body = fields.create },
  },
}
