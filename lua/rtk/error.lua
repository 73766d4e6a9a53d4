-- SPDX-License-Identifier: MIT
-- Every failure of a call as one table, whatever form it came in.
--
-- The API has two error envelopes (errors[] from the gateway, error{} from the
-- service), and bare messages, HTML and empty bodies besides; failures may come
-- under status 200 and authentication errors under 400. Here they get one
-- shape and one kind. Messages never hold query strings, bodies or headers.

local array = require("rtk.array")
local headers = require("rtk.headers")
local retry = require("rtk.retry")

---@class rtk.Error
---@field kind rtk.ErrorKind
---@field message string the API's own words first, then what was called
---@field status? integer HTTP status
---@field code? integer|string the API's first error code
---@field errors? { code?: integer, message?: string }[] all that the API listed
---@field method string
---@field url string without the query
---@field request_id? string what Cloudflare's support asks for
---@field attempts integer how often the request was sent
---@field retry_after? number seconds the API asked to wait
---@field maybe_executed boolean the request may have taken effect although no answer says so
---@field body? any the reply's body, decoded when it was JSON
---@field page_no? integer the page that failed, for lists

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

-- The gateway's codes say more than its status does.
local kind_by_code = {
  [6003] = "authentication",
  [6103] = "authentication",
  [6111] = "authentication",
  [9106] = "authentication",
  [9109] = "authentication",
  [10000] = "authentication",
  [7000] = "not_found",
  [7003] = "not_found",
  [971] = "rate_limit",
}

local kind_by_status = {
  [400] = "invalid",
  [401] = "authentication",
  [403] = "permission",
  [404] = "not_found",
  [408] = "server",
  [409] = "conflict",
  [410] = "not_found",
  [413] = "invalid",
  [415] = "invalid",
  [422] = "invalid",
  [429] = "rate_limit",
}

local function kind_of(status, errors)
  for _, item in ipairs(errors) do
    local kind = kind_by_code[tonumber(item.code)]
    if kind then return kind end
  end
  -- Under a 2xx the service repeats the status it meant as the code.
  local code = status < 300 and errors[1] and tonumber(errors[1].code)
  local meant = code and code >= 400 and code < 600 and code or status
  if kind_by_status[meant] then return kind_by_status[meant] end
  if meant >= 500 then return "server" end
  if meant >= 300 and meant < 400 then return "protocol" end
  return "api"
end

-- All errors that a body lists, from whichever envelope it is.
local function errors_of(body)
  if type(body) ~= "table" then return {} end
  local listed = {}
  if type(body.errors) == "table" then
    for _, item in ipairs(body.errors) do
      listed[#listed + 1] = type(item) == "table" and item or { message = tostring(item) }
    end
  end
  if type(body.error) == "table" then
    listed[#listed + 1] = body.error
  elseif type(body.error) == "string" then
    listed[#listed + 1] = { message = body.error }
  end
  if #listed == 0 and type(body.message) == "string" then listed[1] = { message = body.message } end
  return listed
end

local function first_message(errors)
  for _, item in ipairs(errors) do
    if type(item.message) == "string" and item.message ~= "" then return item.message end
  end
  return nil
end

local error = {}

-- An earlier attempt whose answer got lost leaves the call in doubt, whatever
-- becomes of the later ones.
local function build(err, call)
  err.method = call.method
  err.url = call.url:match("^[^?]*")
  err.attempts = call.attempt
  err.maybe_executed = err.maybe_executed or call.answer_lost or false
  return setmetatable(err, error_metatable)
end

local function called(call)
  return call.method .. " " .. call.path
end

local function describe(what, result, call, request_id)
  local request = request_id and ", request " .. request_id or ""
  return ("%s (HTTP %d, %s%s)"):format(what, result.status, called(call), request)
end

-- A request without effect leaves nothing in doubt.
local function has_effect(method)
  return method ~= "GET" and method ~= "HEAD"
end

--- A failure that the transport reports: there is no usable reply.
---@param result table what the transport returned
---@param call table method, url, path and attempt
---@return rtk.Error
function error.from_transport(result, call)
  local fields = headers.parse(result.headers)
  return build({
    kind = result.kind,
    message = ("%s (%s)"):format(result.message, called(call)),
    status = result.status,
    request_id = fields["cf-ray"],
    maybe_executed = result.sent and has_effect(call.method) or false,
  }, call)
end

local function reply_message(result, errors)
  if result.status >= 300 and result.status < 400 then
    return "the API answered with a redirect, which is not followed"
  end
  return first_message(errors) or "the API gave no reason"
end

--- A reply that says no.
---@param result table what the transport returned
---@param call table method, url, path and attempt
---@return rtk.Error
function error.from_reply(result, call)
  local fields = headers.parse(result.headers)
  local errors = errors_of(result.value)
  local status = result.status
  local kind = kind_of(status, errors)
  local request_id = fields["cf-ray"]
  local in_doubt = kind == "server" or kind == "protocol"
  return build({
    kind = kind,
    message = describe(reply_message(result, errors), result, call, request_id),
    status = status,
    code = errors[1] and errors[1].code,
    errors = array.new(errors),
    request_id = request_id,
    retry_after = retry.after(fields["retry-after"]),
    maybe_executed = in_doubt and has_effect(call.method),
    body = result.value == nil and result.text or result.value,
  }, call)
end

--- A reply that is none of the API's, or not what was asked for.
---@param kind "decode"|"protocol"
---@param result table what the transport returned
---@param call table method, url, path and attempt
---@param reason string what is wrong with it
---@return rtk.Error
function error.unusable(kind, result, call, reason)
  local request_id = headers.parse(result.headers)["cf-ray"]
  return build({
    kind = kind,
    message = describe("cannot use the reply: " .. reason, result, call, request_id),
    status = result.status,
    request_id = request_id,
    maybe_executed = has_effect(call.method),
    body = result.value == nil and result.text or result.value,
  }, call)
end

--- Whether a decoded body says no, whatever the status.
---@param body table
---@return boolean
function error.is_refusal(body)
  if body.success ~= nil then return body.success == false end
  if body.data ~= nil or body.result ~= nil then return false end
  return body.error ~= nil or (type(body.errors) == "table" and body.errors[1] ~= nil)
end

return error
