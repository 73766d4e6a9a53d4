-- SPDX-License-Identifier: MIT
-- Links to files, like those of an object store: they carry their own permission in the query and
-- expire after seven days.
local clock = require("rtk.emulator.clock")

local M = {}

local LIFETIME = 7 * 86400 * 1000

--- A new link to a file.
---@param emulator table
---@param app table
---@param item { kind: string, id: string, format?: string }
---@return string url
---@return string expiry
function M.link(emulator, app, item)
  local name = item.id .. (item.format and "." .. item.format:lower() or "")
  local expires = emulator.clock:now() + LIFETIME
  local url = "https://downloads.example.com/%s/%s/%s?X-Expires=%d"
  return url:format(app.id, item.kind, name, math.floor(expires / 1000)), clock.format(expires)
end

return M
