-- SPDX-License-Identifier: MIT
-- The name of what a request asks for, as the API reference writes it, such as
-- "GET /meetings/{meeting_id}"; downloads are "GET /download". What is no operation is named by its
-- path.
local downloads = require("rtk.emulator.downloads")
local target = require("rtk.emulator.http.target")

local M = {}

--- Names a request.
---@param emulator table
---@param http table { method, path, … }
---@return string
function M.of(emulator, http)
  if downloads.is_meant(emulator, http) then return http.method .. " /download" end
  local at = target.read(http.path)
  local routes = at and emulator.routers[at.surface]
  local route = routes and routes:find(http.method, at.segments)
  return http.method .. " " .. (route and route[2] or http.path)
end

return M
