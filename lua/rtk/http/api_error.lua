-- SPDX-License-Identifier: MIT
-- Reads error responses: kind, error list, message, and who refused.
--
-- The API has two error envelopes (errors[] from the gateway, error{} from the
-- service); failures may come under status 200 and authentication errors under
-- 400. What stands in front of the API answers for it too: Cloudflare's edge
-- with problem details (RFC 9457), text or a challenge, proxies with HTML.

local array = require("rtk.array")
local core = require("rtk.core")
local error_text = require("rtk.http.error_body")
local location = require("rtk.http.location")
local page_title = require("rtk.http.html_title")
local printable = require("rtk.http.redact")
local secrets = require("rtk.http.secrets")

local api_error = {}

-- So that one long error leaves room for the others.
local LONGEST_OF_SEVERAL = 400 -- bytes

-- More than printable.join shows.
local LONGEST_QUOTED = 1200 -- bytes

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

-- The edge's codes are other ones.
local kind_by_edge_code = {
  [1006] = "permission",
  [1007] = "permission",
  [1008] = "permission",
  [1009] = "permission",
  [1010] = "permission",
  [1012] = "permission",
  [1015] = "rate_limit",
  [1020] = "permission",
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
  [421] = "server",
  [422] = "invalid",
  [425] = "server",
  [429] = "rate_limit",
}

-- Whether a body is a problem detail, in which "errors" is not the API's.
local function is_problem(body)
  if type(body) ~= "table" or body.success ~= nil then return false end
  if body.cloudflare_error == true then return true end
  return type(body.title) == "string" and (type(body.type) == "string" or body.error_code ~= nil)
end

-- Whether a body is in one of the API's two envelopes.
local function is_envelope(body)
  if type(body) ~= "table" or is_problem(body) then return false end
  return body.success ~= nil or type(body.errors) == "table" or type(body.error) == "table"
end

-- The status that a reply means. Under a 2xx the body says it: the service repeats it as
-- the code.
local function meant_status(status, errors, body)
  if status < 200 or status >= 300 then return status end
  local code = is_problem(body) and body.status or errors[1] and errors[1].code
  code = tonumber(code)
  return code and code >= 400 and code < 600 and code or status
end

--- The one kind of a reply that says no.
---@param status integer
---@param errors table[] as refusal.errors gives them
---@param body any decoded
---@return rtk.ErrorKind
function api_error.kind(status, errors, body)
  local codes = is_problem(body) and kind_by_edge_code or kind_by_code
  for _, item in ipairs(errors) do
    local kind = codes[tonumber(item.code)]
    if kind then return kind end
  end
  local meant = meant_status(status, errors, body)
  if kind_by_status[meant] then return kind_by_status[meant] end
  if meant >= 500 then return "server" end
  if meant < 200 or (meant >= 300 and meant < 400) then return "protocol" end
  return "api"
end

--- Whether a request that was refused may have taken effect all the same. The status
--- alone decides, whatever code the body has: a 4xx says that nothing was done, but for
--- 408, and so does a refusal under a 2xx.
---@param status integer
---@param errors table[] as refusal.errors gives them
---@param body any decoded
---@return boolean
function api_error.leaves_doubt(status, errors, body)
  local meant = meant_status(status, errors, body)
  return meant == 408 or meant < 200 or (meant >= 300 and meant < 400) or meant >= 500
end

-- Adds what "errors", "message" or a whole body lists.
local function add_listed(listed, items)
  for _, item in ipairs(items) do
    if type(item) == "table" then
      listed[#listed + 1] = item
    elseif item ~= core.null then
      listed[#listed + 1] = { message = tostring(item) }
    end
  end
end

-- Adds what "errors" says of each field.
local function add_fields(listed, fields)
  for field, said in pairs(fields) do
    for _, item in ipairs(array.is(said) and said or { said }) do
      listed[#listed + 1] = type(item) == "table" and item or { field = field, message = item }
    end
  end
end

local function add_errors(listed, errors)
  if array.is(errors) then
    add_listed(listed, errors)
  elseif error_text.is_by_field(errors) then
    add_fields(listed, errors)
  else
    listed[#listed + 1] = errors
  end
end

--- All errors that a body lists, in whichever form.
---@param body any decoded
---@return rtk.ListedError[] errors
function api_error.errors(body)
  local listed = {}
  if type(body) ~= "table" then return listed end
  if array.is(body) then add_listed(listed, body) end
  if is_problem(body) then
    listed[1] = { code = body.error_code, message = body.detail or body.title }
  end
  if type(body.errors) == "table" then
    add_errors(listed, body.errors)
  elseif type(body.errors) == "string" then
    listed[#listed + 1] = { code = body.code, message = body.errors }
  end
  if type(body.error) == "table" then
    listed[#listed + 1] = body.error
  elseif type(body.error) == "string" then
    listed[#listed + 1] = { code = body.code, message = body.error }
  end
  if #listed > 0 or body.message == nil then return listed end
  local said = body.message
  add_listed(listed, array.is(said) and said or { { code = body.code, message = said } })
  return listed
end

-- The words of a body in one line; nil when it has none.
local function quote(result, redact)
  local words = error_text.find(result)
  local lines, length = {}, 0
  for _, said in ipairs(words) do
    if length > LONGEST_QUOTED then break end
    local text = redact(said):gsub("[\9-\13 ]+", " "):gsub("^ ", ""):gsub(" $", "")
    local line = printable.line(text, #words > 1 and LONGEST_OF_SEVERAL or nil)
    if line ~= "" then lines[#lines + 1] = line end
    length = length + #line
  end
  return #lines > 0 and printable.join(lines) or nil
end

local function redirect(status, fields, redact)
  if status == 304 then
    return "the reply is 304 Not Modified, which has no content:"
      .. " leave out headers that make the request conditional"
  end
  local place = location.describe(fields.location, redact)
  local to = place and " to " .. place or ""
  return ("the reply is a redirect%s, which is not followed"):format(to)
end

--- Who says no: the API, or something in front of it. nil when the reply does not show.
---@param body any decoded, or the text
---@param fields table<string, string> headers by lower-case name
---@return "api"|"edge"|"challenge"|nil source
function api_error.source(body, fields)
  if fields["cf-mitigated"] == "challenge" then return "challenge" end
  if is_envelope(body) then return "api" end
  if is_problem(body) or type(body) == "string" and body ~= "" then return "edge" end
  return nil
end

--- What a reply says, in its own words as far as it has any.
---@param result table what the transport returned
---@param fields table<string, string> headers by lower-case name
---@param call table what was refused
---@return string
function api_error.message(result, fields, call)
  local redact = secrets.redactor(call)
  local status = result.status
  if status >= 300 and status < 400 then return redirect(status, fields, redact) end
  local said = quote(result, redact)
  if api_error.source(result.value, fields) ~= "challenge" then
    return said or "the API gave no reason"
  end
  return "Cloudflare challenges the request" .. (said and ": " .. said or "")
end

--- What a reply is that should be the API's JSON and is not.
---@param result table what the transport returned
---@param call table what it answers
---@param reason string what is wrong with it
---@return string
function api_error.unusable(result, call, reason)
  local text = result.text or result.value
  if type(text) ~= "string" then return reason end
  local is_page = page_title.is_page(text)
  local said = quote(result, secrets.redactor(call))
  -- What has no space in it could be a token or a key.
  if not is_page and not (said and said:find(" ", 1, true)) then return reason end
  if is_page then reason = "it is an HTML page" end
  return said and ('%s: "%s"'):format(reason, said) or reason
end

--- The seconds to wait that the body of a problem detail asks for.
---@param body any decoded
---@return number? seconds
function api_error.retry_after(body)
  local seconds = is_problem(body) and body.retry_after
  if type(seconds) ~= "number" then return nil end
  return seconds >= 0 and seconds < math.huge and seconds or nil
end

--- Whether a decoded body says no, whatever the status.
---@param body table
---@return boolean
function api_error.is_in(body)
  if body.success ~= nil then return body.success == false end
  if body.data ~= nil or body.result ~= nil then return false end
  if body.error ~= nil or body.cloudflare_error == true then return true end
  return type(body.errors) == "table" and next(body.errors) ~= nil
end

--- Whether the service says that what was asked for does not exist; when the gateway
--- cannot route a request, it says so in codes of its own.
---@param err rtk.Error
---@return boolean
function api_error.is_of_service_404(err)
  if err.kind ~= "not_found" or type(err.body) ~= "table" then return false end
  return not is_problem(err.body) and (err.code == nil or tonumber(err.code) == 404)
end

return api_error
