-- SPDX-License-Identifier: MIT
-- The header lines of each attempt: rtk's own with the credentials, then the client's, then those
-- of the call; a later one overrides an earlier one.
--
-- The credentials stay in the closure, and go into nothing but header lines of requests to the base
-- URL.

local core = require("rtk.core")
local events = require("rtk.http.events")
local headers = require("rtk.http.headers")
local misuse = require("rtk.misuse")

local header_lines = {}

local JSON = { ["Content-Type"] = "application/json" }
local NONE = {}

-- What a function of the user's returns for an attempt.
local function ask(f, channel, call)
  local request = events.describe(channel, call)
  request.attempt = request.attempt + 1
  local fields = f(request)
  if fields == nil then return NONE end
  misuse.check("what the function headers returns", fields, "table")
  headers.check(fields)
  return fields
end

--- Makes the function that returns the header lines of a call's next attempt.
---@param settings { headers?: table<string, string>|function, user_agent?: string }
---@param credentials rtk.Credentials
---@return fun(call: rtk.Call, channel: rtk.Channel): string[]?, string?, any lines; nil, why there
---are no credentials, and the error behind that
function header_lines.new(settings, credentials)
  local own = settings.headers or NONE
  local f = type(own) == "function" and own
  local common = {
    Accept = "application/json",
    ["User-Agent"] = settings.user_agent or "rtk-lua/" .. core._VERSION,
  }
  -- Lines that are the same for every call with this credential.
  local cached_for, revision, with_body, without_body
  local function cache(credential)
    if credential == cached_for then return end
    with_body, without_body = headers.lines(common, JSON, own), headers.lines(common, own)
    -- Only now, because memory may run out before.
    cached_for, revision = credential, credentials.revision
  end
  local function lines_of(call, channel)
    local json, extra = call.body ~= nil and JSON or NONE, call.own_headers
    local credential, message, cause = credentials.header()
    if not credential then return nil, message, cause end
    common.Authorization = credential
    if f then return headers.lines(common, json, ask(f, channel, call), extra or NONE) end
    if extra then return headers.lines(common, json, own, extra) end
    cache(credential)
    return json == JSON and with_body or without_body
  end
  return function(call, channel)
    if not revision or revision ~= credentials.revision or call.own_headers then
      return lines_of(call, channel)
    end
    return call.body ~= nil and with_body or without_body
  end
end

return header_lines
