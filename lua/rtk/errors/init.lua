-- SPDX-License-Identifier: MIT
-- Makes the error table that a failed call returns.
--
-- Messages never contain query strings, request bodies or headers.

local array = require("rtk.array")
local headers = require("rtk.http.headers")
local error_hint = require("rtk.errors.error_hint")
local error_kind = require("rtk.errors.error_kind")
local error_reason = require("rtk.errors.error_reason")
local error_message = require("rtk.errors.error_message")
local api_error = require("rtk.errors.api_error")
local setting_origin = require("rtk.errors.setting_origin")
local retry_after_header = require("rtk.http.retry_after_header")

---@class rtk.Error
---@field kind rtk.ErrorKind
---@field message string the API's own words first, then what was called, then the hint
---@field hint? string how to fix a common failure
---@field operation? string "VERB /template" as in the API reference
---@field status? integer HTTP status
---@field code? integer|string the API's first error code
---@field errors? rtk.ListedError[] all errors that the API listed
---@field method? string absent, like url, where there was no call
---@field url? string without the query
---@field request_id? string Cloudflare's id of the request, for its support
---@field attempts integer how often rtk tried to send the request
---@field retry_after? number seconds the API asked to wait
---@field maybe_executed boolean whether the request, or an earlier attempt of it, may have
---taken effect although no answer says so
---@field body? any the body of the response, decoded if it was JSON
---@field reason? string which of several causes of the same kind it is: "already_running",
---"already_paused", "already_stopped", "stopping", "not_active"; of a wait "not_reached",
---"errored", "passed"; of rtk.once "locked", "store"; of rows "broken_file"; of client:check see
---there
---@field cause? any of a wait the last failure; else what the function api_token raised, which
---may hold secrets
---@field done? table what a job of several calls did before and after this failure
---@field is_passing? boolean while a download goes on: whether another attempt may succeed
---@field page_no? integer the page that failed, for lists
---@field row_no? integer the row that cannot be read, for files

---@class rtk.ListedError one error as the API sent it
---@field code? integer|string
---@field message? string
---@field field? string where the API lists errors by field
---@field retryable? boolean whether the API would answer another attempt otherwise, if it says so

---@alias rtk.ErrorKind
---| "connection" | "timeout" | "tls" | "protocol" | "decode" | "too_large" | "cancelled"
---| "authentication" | "permission" | "not_found" | "conflict" | "invalid"
---| "rate_limit" | "server" | "api" | "file"

local error_metatable = {
  __name = "rtk.Error",
  __tostring = function(err)
    return err.message
  end,
  -- "cannot invite: " .. err
  __concat = function(left, right)
    return tostring(left) .. tostring(right)
  end,
}

local errors = {}

-- Once an attempt may have been executed, so may the call, whatever the later ones end in.
local function build(err, call)
  err.method = call.method
  err.operation = call.operation.name
  err.url = call.url:match("^[^?]*")
  err.attempts = call.attempt
  err.maybe_executed = err.maybe_executed or call.maybe_executed_after ~= nil
  return setmetatable(err, error_metatable)
end

-- Names the earlier failure when only that one makes the call maybe_executed.
local function add_earlier_failure(err, call, maybe_executed)
  local earlier = call.maybe_executed_after
  if earlier and not maybe_executed then
    errors.add(err, "an earlier attempt's answer was lost (" .. earlier .. ")")
  end
  return err
end

local LONGEST_PATH = 300 -- bytes that messages show

local function call_text(call)
  local attempts = call.attempt > 1 and (", %d attempts"):format(call.attempt) or ""
  local path = call.path
  if #path > LONGEST_PATH then path = path:sub(1, LONGEST_PATH) .. "..." end
  return call.method .. " " .. path .. attempts
end

local function describe(what, result, call, request_id)
  local request = request_id and ", request " .. request_id or ""
  return ("%s (HTTP %d, %s%s)"):format(what, result.status, call_text(call), request)
end

local function body_of(result)
  if result.value == nil then return result.text end
  return result.value
end

local function first_code(listed)
  local code = listed[1] and listed[1].code
  return (type(code) == "number" or type(code) == "string") and code or nil
end

-- Reads have no effect, so it does not matter whether they were executed.
local function has_effect(method)
  return method ~= "GET" and method ~= "HEAD"
end

-- Whether a response whose body was lost says all the same that nothing was done: the status
-- decides, and it came.
local function is_refusal(result)
  if not result.status or result.status < 400 or result.kind == "cancelled" then return false end
  return not error_kind.maybe_executed(result.status, {})
end

-- Of bodies that came and cannot be used.
local is_of_body = { protocol = true, too_large = true }

-- Kinds by statuses that ask for another attempt.
local asks_again = { rate_limit = true, server = true }

-- The kind of a failure that the transport reports. A call that is safe to repeat asks again for
-- the rest of a refusal. Where the status asks for that, the body may be anything.
local function kind_of(result, call, is_refused)
  if (result.status or 0) < 400 then return result.kind end
  local by_status = error_kind.of(result.status, {})
  local is_repeatable = call.operation.is_repeatable or not has_effect(call.method)
  if is_refused and not is_repeatable then return by_status end
  return is_of_body[result.kind] and asks_again[by_status] and by_status or result.kind
end

--- A failure that the transport reports: there is no usable response.
---@param result rtk.Result
---@param call rtk.Call
---@return rtk.Error
function errors.from_transport(result, call)
  local fields = headers.parse(result.headers)
  local is_error = result.status ~= nil and result.status >= 400
  local is_refused = is_refusal(result)
  local maybe_executed = result.sent and has_effect(call.method) and not is_refused
  local err = build({
    kind = kind_of(result, call, is_refused),
    message = is_error and describe(result.message, result, call)
      or ("%s (%s)"):format(result.message, call_text(call)),
    status = result.status,
    request_id = headers.request_id(fields),
    retry_after = is_error and retry_after_header.seconds(fields) or nil,
    maybe_executed = maybe_executed,
  }, call)
  return add_earlier_failure(err, call, maybe_executed)
end

--- A call that fails before an attempt.
---@param kind rtk.ErrorKind
---@param call rtk.Call
---@param reason string
---@param seconds? number after which it may be sent
---@return rtk.Error
function errors.unsent(kind, call, reason, seconds)
  local message = ("%s (%s)"):format(reason, call_text(call))
  return build({ kind = kind, message = message, retry_after = seconds }, call)
end

--- Whether a value is an error of a call.
---@param value any
---@return boolean
function errors.is(value)
  return getmetatable(value) == error_metatable
end

--- The failure of a wait, which is no call of its own.
---@param kind rtk.ErrorKind
---@param message string
---@param reason string
---@param cause? rtk.Error the last failure of a call, which the wait outlasted
---@return rtk.Error
function errors.of_wait(kind, message, reason, cause)
  local err = { kind = kind, message = message, reason = reason, maybe_executed = false }
  err.cause, err.attempts = cause, 0
  if cause then errors.add(err, "the last look failed: " .. cause.message) end
  return setmetatable(err, error_metatable)
end

--- Appends to the message.
---@param err rtk.Error
---@param text string
function errors.add(err, text)
  err.message = err.message .. "; " .. text
end

--- The kind of a failure, and the status if there was a response: "server, HTTP 502".
---@param err rtk.Error
---@return string
function errors.outline(err)
  return err.kind .. (err.status and (", HTTP %d"):format(err.status) or "")
end

--- Appends the message of the failure before this one.
---@param err rtk.Error
---@param cause? rtk.Error
---@return rtk.Error err the same
function errors.add_cause(err, cause)
  if cause then errors.add(err, "before that: " .. cause.message) end
  return err
end

--- Adds a hint: how to fix the failure.
---@param err rtk.Error
---@param text? string
---@return rtk.Error err the same
function errors.add_hint(err, text)
  if text then
    err.hint = text
    errors.add(err, text)
  end
  return err
end

--- An error response.
---@param result rtk.Result
---@param call rtk.Call
---@return rtk.Error
function errors.from_reply(result, call)
  local fields = headers.parse(result.headers)
  local listed = api_error.errors(result.value)
  local status = result.status
  local kind = error_kind.of(status, listed, result.value)
  local request_id = headers.request_id(fields)
  local maybe_executed = error_kind.maybe_executed(status, listed, result.value)
    and has_effect(call.method)
  local err = build({
    kind = kind,
    message = describe(error_message.of(result, fields, call), result, call, request_id),
    status = status,
    code = first_code(listed),
    errors = array.new(listed),
    request_id = request_id,
    retry_after = retry_after_header.seconds(fields) or api_error.retry_after(result.value),
    maybe_executed = maybe_executed,
    body = body_of(result),
  }, call)
  err.reason = error_reason.of(err, err.operation)
  add_earlier_failure(err, call, maybe_executed)
  local is_legacy = call.scope.channel.settings.is_legacy
  local hint, names = error_hint.find(err, api_error.source(err.body, fields), is_legacy)
  if hint and names then hint = hint .. setting_origin.clause(call, names) end
  return errors.add_hint(err, hint)
end

--- A success response that cannot be used: not the API's JSON, or not what was asked for.
---@param kind "decode"|"protocol"
---@param result rtk.Result
---@param call rtk.Call
---@param reason string what is wrong with it
---@return rtk.Error
function errors.unusable(kind, result, call, reason)
  local request_id = headers.request_id(headers.parse(result.headers))
  local what = error_message.unusable(result, call, reason)
  return build({
    kind = kind,
    message = describe("cannot use the reply: " .. what, result, call, request_id),
    status = result.status,
    request_id = request_id,
    maybe_executed = has_effect(call.method),
    body = body_of(result),
  }, call)
end

return errors
