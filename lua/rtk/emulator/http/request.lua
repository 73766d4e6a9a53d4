-- SPDX-License-Identifier: MIT
-- The request that a handler receives: the ids of the path, the query and the body, all checked
-- against the route.
local json = require("rtk.emulator.util.json")
local response = require("rtk.emulator.http.response")
local text = require("rtk.emulator.util.text")
local url = require("rtk.emulator.http.url")
local validate = require("rtk.emulator.http.validate")

---@class rtk.emulator.Request
---@field emulator rtk.Emulator
---@field options rtk.EmulatorOptions
---@field account? table
---@field app? table
---@field ids table<string, string>
---@field query table<string, any>
---@field body? table
local Request = {}
Request.__index = Request

--- Finds the object of the app that the path names.
---@param kind string such as "meeting": collection "meetings", path id "meeting_id"
---@return table? object
---@return rtk.emulator.Reply? failure
function Request:find(kind)
  local id = self.ids[kind .. "_id"]
  local object = self.app:all(kind .. "s"):get(id)
  if object then return object end
  return nil, response.failure(404, ("No %s found with id %s"):format(kind, id))
end

--- Checks that ids are UUIDs, in any letter case. As observed, an error message calls the only id
--- of a path "id" and several by their names.
local function check_ids(ids, names)
  for _, name in ipairs(names) do
    ids[name] = text.lower(ids[name])
    if not text.is_uuid(ids[name]) then
      local shown = #names == 1 and "id" or name
      return response.bad_request('"' .. shown .. '" must be a valid GUID')
    end
  end
end

--- Decodes the body if the route takes one; an empty body counts as {}.
local function read_body(route, http)
  if not route.body then return nil end
  if not http.body or http.body == "" then return {} end
  local content_type = http.headers["content-type"]
  if content_type and not text.lower(content_type):find("^application/json") then
    return nil, response.failure(415, "Unsupported Media Type: send the body as application/json")
  end
  local body, message = json.decode(http.body)
  if message then return nil, response.bad_request("the body is not valid JSON: " .. message) end
  return body
end

local function read_query(route, http)
  if not route.query then return {} end
  return validate.query(route.query, url.query(http.query))
end

local request = {}

--- Reads a request for its handler.
---@param emulator rtk.Emulator
---@param http rtk.emulator.HttpRequest
---@param match rtk.emulator.Match
---@return rtk.emulator.Request? request
---@return rtk.emulator.Reply? failure
function request.read(emulator, http, match)
  local route = match.route
  local failure = check_ids(match.ids, match.names)
  if failure then return nil, failure end
  local query, bad_query = read_query(route, http)
  if bad_query then return nil, bad_query end
  local body, bad_body = read_body(route, http)
  if bad_body then return nil, bad_body end
  local fields = emulator.options.strict == "newest" and route.newest or route.body
  if fields then failure = validate.body(fields, body, route.partial) end
  if failure then return nil, failure end
  return setmetatable({
    emulator = emulator,
    options = emulator.options,
    ids = match.ids,
    query = query,
    body = body,
  }, Request)
end

return request
