-- SPDX-License-Identifier: MIT
-- Error responses that count as success: a 404 to a DELETE whose earlier answer was lost, a
-- 404 that means an empty list.
--
-- A repeated call may find its work done, because an earlier attempt did it and only the
-- answer was lost. Some error responses say so; after others rtk.attempts.state_check reads the
-- state. Anything else stays a failure.

local api_error = require("rtk.errors.api_error")
local array = require("rtk.array")

local error_as_success = {}

local STOP_LIVESTREAM = "POST /meetings/{meeting_id}/active-livestream/stop"

-- Operations besides DELETE whose work is done when their target does not exist. Mute is none of
-- them: it removes nobody, so a 404 to it says nothing about an earlier attempt.
local ends_in_absence = {
  ["POST /meetings/{meeting_id}/active-session/kick"] = true,
  ["POST /meetings/{meeting_id}/active-session/kick-all"] = true,
  [STOP_LIVESTREAM] = true,
}

-- The gateway's codes for an unknown path; they say nothing about the state.
local is_unrouted = { [7000] = true, [7003] = true }

--- Whether the API says that the target of a call does not exist. What stands in front of the
--- API cannot know.
---@param err rtk.Error
---@return boolean
function error_as_success.is_absence(err)
  if err.kind ~= "not_found" or err.status >= 500 then return false end
  if api_error.source(err.body, {}) == "edge" then return false end
  for _, item in ipairs(err.errors) do
    if is_unrouted[tonumber(item.code)] then return false end
  end
  return true
end

--- What a call returned, with false in the place of a 404 that says that there is no object.
---@generic T: table
---@param value T?
---@param message? string
---@param err? rtk.Error
---@return T|false|nil value
---@return string? message
---@return rtk.Error? err
function error_as_success.or_false(value, message, err)
  if err and error_as_success.is_absence(err) then return false end
  return value, message, err
end

-- Kinds of errors that only the service produces, which knows the state.
local from_service = { invalid = true, conflict = true, api = true }

--- Whether the service refused a call whose earlier attempt may have been executed, so that
--- its work may be done already.
---@param call rtk.Call
---@param err rtk.Error of the last attempt
---@return boolean
function error_as_success.may_be_done(call, err)
  return call.maybe_executed_after ~= nil and from_service[err.kind] == true
end

-- The service stops a livestream asynchronously, and says so when it is asked again.
local function is_stopping(err)
  for _, item in ipairs(err.errors) do
    if type(item.message) == "string" and item.message:find("[Ss]topping") then return true end
  end
  return false
end

-- Whether an error response says that the call's work is done.
local function is_done(call, err)
  if not call.maybe_executed_after then return false end
  local name = call.operation.name
  if error_as_success.is_absence(err) then
    return call.method == "DELETE" or ends_in_absence[name] == true
  end
  return name == STOP_LIVESTREAM and error_as_success.may_be_done(call, err) and is_stopping(err)
end

--- The body that stands for an error response that counts as success.
---@param call rtk.Call
---@param err rtk.Error of the last attempt
---@return table? body nil when the error is a failure
function error_as_success.treat(call, err)
  if is_done(call, err) then return {} end
  if err.kind ~= "not_found" then return nil end
  if call.operation.fields.empty_is_not_found and api_error.is_of_service_404(err) then
    return { data = array.new() }
  end
  return nil
end

return error_as_success
