-- SPDX-License-Identifier: MIT
-- The header lines of each attempt: rtk's own with the credentials, then the client's, then those
-- of the call; a later one overrides an earlier one.
--
-- The credentials stay in the closure, and go into nothing but header lines of requests to the base
-- URL.

local core = require("rtk.core")
local headers = require("rtk.http.headers")

local header_lines = {}

local JSON = { ["Content-Type"] = "application/json" }
local NONE = {}

--- Makes the function that returns the header lines of a call's next attempt.
---@param settings { headers?: table<string, string>, user_agent?: string }
---@param authorization rtk.Authorization
---@return fun(call: rtk.Call): string[]?, string?, any lines; nil, why there are no credentials,
---and the error behind that
function header_lines.new(settings, authorization)
  local own = settings.headers or NONE
  local common = {
    Accept = "application/json",
    ["User-Agent"] = settings.user_agent or "rtk-lua/" .. core._VERSION,
  }
  -- Lines that are the same for every call with this credential.
  local cached_for, with_body, without_body
  return function(call)
    local credential, message, cause = authorization.header()
    if not credential then return nil, message, cause end
    if credential ~= cached_for then
      common.Authorization, cached_for = credential, credential
      with_body, without_body = headers.lines(common, JSON, own), headers.lines(common, own)
    end
    local has_body, extra = call.body ~= nil, call.own_headers
    if extra then return headers.lines(common, has_body and JSON or NONE, own, extra) end
    return has_body and with_body or without_body
  end
end

return header_lines
