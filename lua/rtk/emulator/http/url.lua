-- SPDX-License-Identifier: MIT
-- Parses request URLs: percent-encoding, path segments, query, and the surface of the API that a
-- path addresses. Shares no code with the client, which writes these URLs.
local url = {}

-- The first segments of the current surface; false stands for the account id.
local PREFIX = { "client", "v4", "accounts", false, "realtime", "kit" }

local function decode_byte(digits)
  return string.char(tonumber(digits, 16))
end

--- Decodes percent-encoding.
---@param text string
---@return string
function url.decode(text)
  return (text:gsub("%%(%x%x)", decode_byte))
end

--- Splits a path at its slashes before decoding, so an encoded slash stays part of its segment.
---@param path string starts with a slash
---@return string[]
function url.segments(path)
  local segments = {}
  for segment in path:gmatch("/([^/]*)") do
    segments[#segments + 1] = url.decode(segment)
  end
  return segments
end

--- Parses a query string into a list of values for each name, in the order of the query.
---@param raw? string without the question mark
---@return table<string, string[]>
function url.query(raw)
  local query = {}
  for pair in (raw or ""):gmatch("[^&]+") do
    local name, value = pair:match("^([^=]*)=?(.*)$")
    name = url.decode((name:gsub("%+", " ")))
    value = url.decode((value:gsub("%+", " ")))
    query[name] = query[name] or {}
    table.insert(query[name], value)
  end
  return query
end

local function rest(segments, from)
  local below = {}
  for index = from, #segments do
    below[#below + 1] = segments[index]
  end
  return below
end

local function has_prefix(segments)
  for index, segment in ipairs(PREFIX) do
    if segment and segments[index] ~= segment then return false end
  end
  return segments[4] ~= ""
end

--- Finds the surface that a path addresses: "account" is the apps of an account, below
--- /client/v4/accounts/{account}/realtime/kit, "app" one app there; "legacy" is /v2, where the
--- credentials name the app; "public" is /.well-known; "gateway" is the rest below /client/v4,
--- which the gateway serves itself.
---@param path string
---@return { surface: string, segments: string[], account_id?: string, app_id?: string }? address
function url.address(path)
  local segments = url.segments(path)
  if segments[1] == "v2" then return { surface = "legacy", segments = rest(segments, 2) } end
  if segments[1] == ".well-known" then return { surface = "public", segments = segments } end
  if not has_prefix(segments) then
    local is_below = segments[1] == "client" and segments[2] == "v4"
    return is_below and { surface = "gateway", segments = rest(segments, 3) } or nil
  end
  local account_id, first = segments[4], #PREFIX + 1
  if segments[first] == "apps" then
    return { surface = "account", account_id = account_id, segments = rest(segments, first) }
  end
  return {
    surface = "app",
    account_id = account_id,
    app_id = segments[first],
    segments = rest(segments, first + 1),
  }
end

return url
