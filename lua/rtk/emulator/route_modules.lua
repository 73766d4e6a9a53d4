-- SPDX-License-Identifier: MIT
-- Which modules have the routes of each surface of the API, and the tasks that they plan.

local router = require("rtk.emulator.http.router")

local route_modules = {}

local ACCOUNT_MODULES = { "account.apps" }
local PUBLIC_MODULES = { "webhooks.signing_key" }
local GATEWAY_MODULES = { "account.tokens" }
local APP_MODULES = {
  "meetings.routes",
  "meetings.participants",
  "presets.routes",
  "sessions.routes",
  "sessions.participants",
  "sessions.downloads",
  "sessions.active_session",
  "account.analytics",
  "recordings.routes",
  "livestreams.routes",
  "webhooks.routes",
}

local function router_of(modules)
  local routes = router.new()
  for _, name in ipairs(modules) do
    for _, route in ipairs(require("rtk.emulator." .. name).routes) do
      routes:add(route)
    end
  end
  return routes
end

--- The routers of an emulator, by surface.
---@return table<string, table>
function route_modules.routers()
  local app = router_of(APP_MODULES)
  return {
    account = router_of(ACCOUNT_MODULES),
    app = app,
    legacy = app,
    public = router_of(PUBLIC_MODULES),
    gateway = router_of(GATEWAY_MODULES),
  }
end

--- The functions that run scheduled tasks, by kind of task.
---@return table<string, fun(emulator: rtk.Emulator, task: table)>
function route_modules.tasks()
  local tasks = {}
  for _, name in ipairs(APP_MODULES) do
    for kind, run in pairs(require("rtk.emulator." .. name).tasks or {}) do
      tasks[kind] = run
    end
  end
  return tasks
end

return route_modules
