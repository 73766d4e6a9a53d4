-- SPDX-License-Identifier: MIT
-- Finds the route of a method and a path in a tree of path segments. A route is { method, template,
-- handler, body?, query?, partial? } with a template such as "/meetings/{meeting_id}". A literal
-- segment takes precedence over an id.
local methods = require("rtk.emulator.http.methods")
local url = require("rtk.emulator.http.url")

local Router = { __name = "rtk.emulator.http.router" }
Router.__index = Router

local function new_node()
  return { literals = {}, routes = {} }
end

local function child(node, segment)
  local name = segment:match("^{(.+)}$")
  if name then
    node.parameter = node.parameter or new_node()
    return node.parameter, name
  end
  node.literals[segment] = node.literals[segment] or new_node()
  return node.literals[segment]
end

--- Adds a route.
---@param route table
function Router:add(route)
  local node, names = self.root, {}
  for _, segment in ipairs(url.segments(route[2])) do
    local name
    node, name = child(node, segment)
    names[#names + 1] = name
  end
  assert(not node.routes[route[1]], "two routes for one method and path")
  node.routes[route[1]] = { route = route, names = names }
  self.routes[#self.routes + 1] = route
end

local function walk(node, segments, at, method, ids)
  local segment = segments[at]
  if not segment then return node.routes[method] end
  local literal = node.literals[segment]
  local found = literal and walk(literal, segments, at + 1, method, ids)
  if found then return found end
  if not node.parameter or segment == "" then return nil end
  ids[#ids + 1] = segment
  found = walk(node.parameter, segments, at + 1, method, ids)
  if not found then ids[#ids] = nil end
  return found
end

--- Finds a route.
---@param method string
---@param segments string[] decoded, relative to the app
---@return table? route
---@return table<string, string>? ids by their name in the template
---@return string[]? names of the ids in path order
function Router:find(method, segments)
  local values = {}
  local found = walk(self.root, segments, 1, method, values)
  if not found then return nil end
  local ids = {}
  for index, name in ipairs(found.names) do
    ids[name] = values[index]
  end
  return found.route, ids, found.names
end

--- The methods of a path; where GET is one, HEAD is too.
---@param segments string[] decoded, relative to the app
---@return string[] methods
function Router:methods(segments)
  return methods.accepted(function(method)
    return walk(self.root, segments, 1, method, {})
  end)
end

local function new()
  return setmetatable({ root = new_node(), routes = {} }, Router)
end

return { new = new }
