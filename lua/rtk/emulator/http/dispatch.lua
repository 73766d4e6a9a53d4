-- SPDX-License-Identifier: MIT
-- From an HTTP request to a reply, in the order of the real parties: the gateway looks at the
-- credentials' form, the route, the token and the account; then the service at the app, the ids,
-- the query, the body, and at last the resource's handler runs.
--
-- A handler gets { emulator, options, account, app?, ids, query, body } with everything checked
-- against its route, and returns a reply.
local auth = require("rtk.emulator.http.auth")
local json = require("rtk.emulator.util.json")
local lower = require("rtk.emulator.util.text").lower
local reply = require("rtk.emulator.http.reply")
local router = require("rtk.emulator.http.router")
local target = require("rtk.emulator.http.target")
local url = require("rtk.emulator.http.url")
local uuid = require("rtk.emulator.state.ids")
local validate = require("rtk.emulator.http.validate")
local well_known = require("rtk.emulator.webhooks.well_known")

local M = {}

-- The resource families, one module with `routes` each.
local ACCOUNT_RESOURCES = { "account.apps" }
local APP_RESOURCES = {
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
  "livestreams.of_meeting",
  "account.livestream_analytics",
  "webhooks.routes",
}

local function router_of(resources)
  local routes = router.new()
  for _, name in ipairs(resources) do
    for _, route in ipairs(require("rtk.emulator." .. name).routes) do
      routes:add(route)
    end
  end
  return routes
end

--- The routers of an emulator, by surface.
---@return table<string, table>
function M.routers()
  local app = router_of(APP_RESOURCES)
  return { account = router_of(ACCOUNT_RESOURCES), app = app, legacy = app }
end

--- What the tasks of all families do, by kind: fun(emulator, task).
---@return table<string, function>
function M.tasks()
  local tasks = {}
  for _, name in ipairs(APP_RESOURCES) do
    for kind, run in pairs(require("rtk.emulator." .. name).tasks or {}) do
      tasks[kind] = run
    end
  end
  return tasks
end

local function no_route(path)
  local below = path:gsub("^/client/v4", "")
  local message = "Could not route to " .. below .. ", perhaps your object identifier is invalid?"
  return reply.gateway_failure(404, {
    { code = 7003, message = message },
    { code = 7000, message = "No route for that URI" },
  })
end

--- Ids are UUIDs in any letter case. The only id of a path is called "id" in refusals, as
--- observed; several keep their names.
local function check_ids(ids, names)
  for _, name in ipairs(names) do
    ids[name] = lower(ids[name])
    if not uuid.is(ids[name]) then
      local shown = #names == 1 and "id" or name
      return reply.bad_request('"' .. shown .. '" must be a valid GUID')
    end
  end
end

--- The decoded body that a route takes; an empty one counts as {}.
local function read_body(route, http)
  if not route.body then return nil end
  if not http.body or http.body == "" then return {} end
  local content_type = http.headers["content-type"]
  if content_type and not lower(content_type):find("^application/json") then
    return nil, reply.failure(415, "Unsupported Media Type: send the body as application/json")
  end
  local body, message = json.decode(http.body)
  if message then return nil, reply.bad_request("the body is not valid JSON: " .. message) end
  return body
end

--- Checks what was sent against the route and runs its handler.
local function serve(route, names, http, request)
  local refusal = check_ids(request.ids, names)
  if refusal then return refusal end
  request.query = {}
  if route.query then
    request.query, refusal = validate.query(route.query, url.query(http.query))
    if refusal then return refusal end
  end
  request.body, refusal = read_body(route, http)
  if not refusal and route.body then
    refusal = validate.body(route.body, request.body, route.partial)
  end
  if refusal then return refusal end
  return route[3](request)
end

local function answer_legacy(emulator, http, at)
  local app_id = auth.basic(emulator.options, http.headers)
  local account, app
  if app_id then
    account, app = emulator.store:find_app(app_id)
  end
  if not app then return reply.unauthorized() end
  local route, ids, names = emulator.routers.legacy:find(http.method, at.segments)
  if not route then return reply.failure(404, "Cannot " .. http.method .. " " .. http.path) end
  local request = { emulator = emulator, options = emulator.options, ids = ids }
  request.account, request.app = account, app
  return serve(route, names, http, request)
end

local function answer_current(emulator, http, at)
  local token, refusal = auth.bearer(http.headers)
  if not token then return refusal end
  local route, ids, names
  if at then
    route, ids, names = emulator.routers[at.surface]:find(http.method, at.segments)
  end
  if not route then return no_route(http.path) end
  refusal = auth.check(emulator.options, token, at.account_id)
  if refusal then return refusal end
  local request = { emulator = emulator, options = emulator.options, ids = ids }
  request.account = emulator.store:account(at.account_id)
  if at.surface == "app" then
    request.app = request.account.apps:get(at.app_id)
    if not request.app then return reply.failure(404, "No app found with id " .. at.app_id) end
  end
  return serve(route, names, http, request)
end

--- Answers a request.
---@param emulator table
---@param http table { method, path, query?, headers, body? }
---@return table reply
function M.answer(emulator, http)
  local public = well_known.answer(emulator, http)
  if public then return public end
  local at = target.read(http.path)
  local answer = at and at.surface == "legacy" and answer_legacy or answer_current
  return answer(emulator, http, at)
end

return M
