-- SPDX-License-Identifier: MIT
-- Reads the body of an error response: the errors that it lists, who refused, how long to wait.
--
-- The API has three error envelopes: errors[] from the gateway, error{} from the service with a
-- number as code, and with a word; failures may come with status 200 and authentication errors with
-- 400. Other programs answer in its place: Cloudflare's edge with problem details (RFC 9457), text
-- or a challenge, proxies with HTML.

local array = require("rtk.array")
local core = require("rtk.core")
local error_texts = require("rtk.errors.error_texts")

local api_error = {}

--- Whether a body is a problem detail (RFC 9457); its "errors" is not the API's.
---@param body any decoded
---@return boolean
function api_error.is_problem(body)
  if type(body) ~= "table" or body.success ~= nil then return false end
  if body.cloudflare_error == true then return true end
  return type(body.title) == "string" and (type(body.type) == "string" or body.error_code ~= nil)
end

-- Whether a body has one of the API's two envelopes.
local function is_envelope(body)
  if type(body) ~= "table" or api_error.is_problem(body) then return false end
  return body.success ~= nil or type(body.errors) == "table" or type(body.error) == "table"
end

-- Adds the errors of a list.
local function add_listed(listed, items)
  for _, item in ipairs(items) do
    if type(item) == "table" then
      listed[#listed + 1] = item
    elseif item ~= core.null then
      listed[#listed + 1] = { message = tostring(item) }
    end
  end
end

-- Adds errors that are listed by field.
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
  elseif error_texts.is_by_field(errors) then
    add_fields(listed, errors)
  else
    listed[#listed + 1] = errors
  end
end

--- All errors that a body lists, in any form.
---@param body any decoded
---@return rtk.ListedError[] errors
function api_error.errors(body)
  local listed = {}
  if type(body) ~= "table" then return listed end
  if array.is(body) then add_listed(listed, body) end
  if api_error.is_problem(body) then
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

--- Who refused: the API, or something in front of it.
---@param body any decoded, or the text
---@param fields table<string, string> headers by lower-case name
---@return "api"|"edge"|"challenge"|nil source nil when the reply does not show it
function api_error.source(body, fields)
  if fields["cf-mitigated"] == "challenge" then return "challenge" end
  if is_envelope(body) then return "api" end
  if api_error.is_problem(body) or type(body) == "string" and body ~= "" then return "edge" end
  return nil
end

--- The seconds that the body of a problem detail asks to wait.
---@param body any decoded
---@return number? seconds
function api_error.retry_after(body)
  local seconds = api_error.is_problem(body) and body.retry_after
  if type(seconds) ~= "number" then return nil end
  return seconds >= 0 and seconds < math.huge and seconds or nil
end

--- Whether a decoded body is an error, whatever the status.
---@param body table
---@return boolean
function api_error.is_error(body)
  if body.success ~= nil then return body.success == false end
  if body.data ~= nil or body.result ~= nil then return false end
  if body.error ~= nil or body.cloudflare_error == true then return true end
  return type(body.errors) == "table" and next(body.errors) ~= nil
end

--- Whether the service reports that a resource does not exist. The gateway has codes of its
--- own for requests that it cannot route.
---@param err rtk.Error
---@return boolean
function api_error.is_of_service_404(err)
  if err.kind ~= "not_found" or type(err.body) ~= "table" then return false end
  return not api_error.is_problem(err.body) and (err.code == nil or tonumber(err.code) == 404)
end

return api_error
