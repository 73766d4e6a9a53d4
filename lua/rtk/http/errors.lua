-- SPDX-License-Identifier: MIT
-- Every failure of a call as one table, whatever form it came in.
--
-- Messages never hold query strings, bodies or headers.

local array = require("rtk.array")
local headers = require("rtk.http.headers")
local hint = require("rtk.http.hint")
local api_error = require("rtk.http.api_error")
local retry_after = require("rtk.http.retry_after")

---@class rtk.Error
---@field kind rtk.ErrorKind
---@field message string the API's own words first, then what was called, then the hint
---@field hint? string the way out, for common failures
---@field operation? string "VERB /template" as in the API reference
---@field status? integer HTTP status
---@field code? integer|string the API's first error code
---@field errors? rtk.ListedError[] all that the API listed
---@field method string
---@field url string without the query
---@field request_id? string what Cloudflare's support asks for
---@field attempts integer how often the request was sent
---@field retry_after? number seconds the API asked to wait
---@field maybe_executed boolean the request may have taken effect although no answer says so
---@field body? any the reply's body, decoded when it was JSON
---@field page_no? integer the page that failed, for lists

---@class rtk.ListedError one error as the API sent it
---@field code? integer|string
---@field message? string
---@field field? string where the API lists errors by field

---@alias rtk.ErrorKind
---| "connection" | "timeout" | "tls" | "protocol" | "decode" | "too_large" | "cancelled"
---| "authentication" | "permission" | "not_found" | "conflict" | "invalid"
---| "rate_limit" | "server" | "api"

local error_metatable = {
  __name = "rtk.Error",
  __tostring = function(err)
    return err.message
  end,
}

local error = {}

-- An earlier attempt whose answer got lost leaves the call in doubt, whatever
-- becomes of the later ones.
local function build(err, call)
  err.method = call.method
  err.operation = call.operation.name
  err.url = call.url:match("^[^?]*")
  err.attempts = call.attempt
  err.maybe_executed = err.maybe_executed or call.answer_lost ~= nil
  return setmetatable(err, error_metatable)
end

-- Says why a failure that is certain by itself leaves the call in doubt.
local function name_lost_attempt(err, call, is_in_doubt)
  if call.answer_lost and not is_in_doubt then
    error.add(err, "an earlier attempt's answer was lost (" .. call.answer_lost .. ")")
  end
  return err
end

local function called(call)
  local attempts = call.attempt > 1 and (", %d attempts"):format(call.attempt) or ""
  return call.method .. " " .. call.path .. attempts
end

local function describe(what, result, call, request_id)
  local request = request_id and ", request " .. request_id or ""
  return ("%s (HTTP %d, %s%s)"):format(what, result.status, called(call), request)
end

local function body_of(result)
  if result.value == nil then return result.text end
  return result.value
end

local function first_code(errors)
  local code = errors[1] and errors[1].code
  return (type(code) == "number" or type(code) == "string") and code or nil
end

-- A request without effect leaves nothing in doubt.
local function has_effect(method)
  return method ~= "GET" and method ~= "HEAD"
end

--- A failure that the transport reports: there is no usable reply.
---@param result table what the transport returned
---@param call table as rtk.http.call makes it
---@return rtk.Error
function error.from_transport(result, call)
  local fields = headers.parse(result.headers)
  local in_doubt = result.sent and has_effect(call.method)
  local err = build({
    kind = result.kind,
    message = ("%s (%s)"):format(result.message, called(call)),
    status = result.status,
    request_id = headers.request_id(fields),
    maybe_executed = in_doubt,
  }, call)
  return name_lost_attempt(err, call, in_doubt)
end

--- A call that ends on this side, before an attempt.
---@param kind "timeout"|"rate_limit"|"cancelled"
---@param call table as rtk.http.call makes it
---@param reason string
---@param seconds? number after which it might be sent
---@return rtk.Error
function error.unsent(kind, call, reason, seconds)
  local message = ("%s (%s)"):format(reason, called(call))
  return build({ kind = kind, message = message, retry_after = seconds }, call)
end

--- Says more about a failure.
---@param err rtk.Error
---@param text string
function error.add(err, text)
  err.message = err.message .. "; " .. text
end

--- A failure in a word or two: its kind, and the status of the reply if there was one.
---@param err rtk.Error
---@return string
function error.outline(err)
  return err.kind .. (err.status and (", HTTP %d"):format(err.status) or "")
end

--- Says which failure of an earlier attempt there was before this one.
---@param err rtk.Error
---@param cause? rtk.Error
---@return rtk.Error err the same
function error.add_cause(err, cause)
  if cause then error.add(err, "before that: " .. cause.message) end
  return err
end

--- Says what to do about a failure.
---@param err rtk.Error
---@param text? string
---@return rtk.Error err the same
function error.add_hint(err, text)
  if text then
    err.hint = text
    error.add(err, text)
  end
  return err
end

--- A reply that says no.
---@param result table what the transport returned
---@param call table as rtk.http.call makes it
---@return rtk.Error
function error.from_reply(result, call)
  local fields = headers.parse(result.headers)
  local errors = api_error.errors(result.value)
  local status = result.status
  local kind = api_error.kind(status, errors, result.value)
  local request_id = headers.request_id(fields)
  local in_doubt = api_error.leaves_doubt(status, errors, result.value) and has_effect(call.method)
  local err = build({
    kind = kind,
    message = describe(api_error.message(result, fields, call), result, call, request_id),
    status = status,
    code = first_code(errors),
    errors = array.new(errors),
    request_id = request_id,
    retry_after = retry_after.seconds(fields) or api_error.retry_after(result.value),
    maybe_executed = in_doubt,
    body = body_of(result),
  }, call)
  name_lost_attempt(err, call, in_doubt)
  return error.add_hint(err, hint.of(err, api_error.source(err.body, fields), call.is_legacy))
end

--- A reply that is none of the API's, or not what was asked for.
---@param kind "decode"|"protocol"
---@param result table what the transport returned
---@param call table as rtk.http.call makes it
---@param reason string what is wrong with it
---@return rtk.Error
function error.unusable(kind, result, call, reason)
  local request_id = headers.request_id(headers.parse(result.headers))
  local what = api_error.unusable(result, call, reason)
  return build({
    kind = kind,
    message = describe("cannot use the reply: " .. what, result, call, request_id),
    status = result.status,
    request_id = request_id,
    maybe_executed = has_effect(call.method),
    body = body_of(result),
  }, call)
end

return error
