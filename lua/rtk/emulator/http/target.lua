-- SPDX-License-Identifier: MIT
-- What a path addresses. The current surface is /client/v4/accounts/{account}/realtime/kit with
-- the apps or one app below it; the legacy surface is /v2, which knows only the app of its
-- credentials. A target is { surface, account_id?, app_id?, segments }, its surface "account",
-- "app" or "legacy" and its segments those below it.
local url = require("rtk.emulator.http.url")

local M = {}

-- The segments of the current surface before its own; false is the account id.
local PREFIX = { "client", "v4", "accounts", false, "realtime", "kit" }

local function rest(segments, from)
  local below = {}
  for i = from, #segments do
    below[#below + 1] = segments[i]
  end
  return below
end

local function has_prefix(segments)
  for i, segment in ipairs(PREFIX) do
    if segment and segments[i] ~= segment then return false end
  end
  return segments[4] ~= ""
end

--- Reads a path; nil when it is on no surface.
---@param path string
---@return table? target
function M.read(path)
  local segments = url.segments(path)
  if segments[1] == "v2" then return { surface = "legacy", segments = rest(segments, 2) } end
  if not has_prefix(segments) then return nil end
  local account_id, own = segments[4], #PREFIX + 1
  if segments[own] == "apps" then
    return { surface = "account", account_id = account_id, segments = rest(segments, own) }
  end
  return {
    surface = "app",
    account_id = account_id,
    app_id = segments[own],
    segments = rest(segments, own + 1),
  }
end

return M
