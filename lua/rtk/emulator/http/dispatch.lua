-- SPDX-License-Identifier: MIT
-- Dispatches an HTTP request to the handler of its route, with the checks of the real API in their
-- order. The gateway checks the form of the credentials, the route, the token and the account; the
-- service behind it checks the app and the request (rtk.emulator.http.request), then its handler
-- runs.
local auth = require("rtk.emulator.http.auth")
local request_reader = require("rtk.emulator.http.request")
local response = require("rtk.emulator.http.response")
local url = require("rtk.emulator.http.url")

---@class rtk.emulator.HttpRequest
---@field method string
---@field path string
---@field query? string without the question mark
---@field headers table<string, string> names in lower case
---@field body? string
---@field port? integer of the server that received it
---@field remote? string address of the client
---@field received? number real time in seconds since 1970
---@field streams? boolean whether the response body may be a byte source

---@class rtk.emulator.Match the route of a request
---@field operation string as the API reference names it, or the path where there is no route
---@field is_download? boolean
---@field surface? "account"|"app"|"legacy"|"public"|"gateway"
---@field account_id? string
---@field app_id? string
---@field segments? string[] of the path, relative to the surface
---@field route? table
---@field ids? table<string, string>
---@field names? string[] of the ids in path order

local dispatch = {}

--- The operations that faults can name: those of all routes, and of downloads.
---@param routers table<string, table>
---@return table<string, true> names
function dispatch.operations(routers)
  local names = { ["GET /download"] = true, ["HEAD /download"] = true }
  for _, routes in pairs(routers) do
    for _, route in ipairs(routes.routes) do
      names[route[1] .. " " .. route[2]] = true
    end
  end
  return names
end

--- Finds the route of a request.
---@param emulator rtk.Emulator
---@param http rtk.emulator.HttpRequest
---@return rtk.emulator.Match
function dispatch.match(emulator, http)
  local match = url.address(http.path) or {}
  local routes = emulator.routers[match.surface or ""]
  if routes then
    match.route, match.ids, match.names = routes:find(http.method, match.segments)
  end
  match.operation = http.method .. " " .. (match.route and match.route[2] or http.path)
  return match
end

--- The methods of a path of the API, none where there is no route.
---@param emulator rtk.Emulator
---@param http rtk.emulator.HttpRequest
---@return string[]
function dispatch.methods(emulator, http)
  local match = url.address(http.path) or {}
  local routes = emulator.routers[match.surface or ""]
  return routes and routes:methods(match.segments) or {}
end

local function no_route(path)
  local below = path:gsub("^/client/v4", "")
  local message = "Could not route to " .. below .. ", perhaps your object identifier is invalid?"
  return response.gateway_failure(404, {
    { code = 7003, message = message },
    { code = 7000, message = "No route for that URI" },
  })
end

--- Checks the request against its route and runs the handler.
local function run(emulator, http, match, account, app)
  local request, failure = request_reader.read(emulator, http, match)
  if not request then return failure end
  request.account, request.app = account, app
  return match.route[3](request)
end

local function answer_legacy(emulator, http, match)
  local app_id = auth.basic(emulator.options, http.headers)
  local account, app
  if app_id then
    account, app = emulator.store:find_app(app_id)
  end
  if not app then return response.unauthorized() end
  if not match.route then
    return response.failure(404, "Cannot " .. http.method .. " " .. http.path)
  end
  return run(emulator, http, match, account, app)
end

local function answer_current(emulator, http, match)
  local token, failure = auth.bearer(http.headers)
  if not token then return failure end
  if not match.route then return no_route(http.path) end
  if match.surface == "gateway" then
    return match.route[3]({ options = emulator.options, ids = match.ids, token = token })
  end
  failure = auth.check(emulator.options, token, match.account_id)
  if failure then return failure end
  local account, app = emulator.store:account(match.account_id), nil
  if match.surface == "app" then
    app = account.apps:get(match.app_id)
    if not app then return response.failure(404, "No app found with id " .. match.app_id) end
  end
  return run(emulator, http, match, account, app)
end

--- Answers a request.
---@param emulator rtk.Emulator
---@param http rtk.emulator.HttpRequest
---@param match rtk.emulator.Match
---@return rtk.emulator.Reply
function dispatch.answer(emulator, http, match)
  if match.surface == "legacy" then return answer_legacy(emulator, http, match) end
  if match.surface == "public" and match.route then return run(emulator, http, match) end
  return answer_current(emulator, http, match)
end

return dispatch
