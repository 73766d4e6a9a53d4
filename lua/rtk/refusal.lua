-- SPDX-License-Identifier: MIT
-- What a reply that says no says.
--
-- The API has two error envelopes (errors[] from the gateway, error{} from the
-- service), and bare messages, HTML and empty bodies besides; failures may come
-- under status 200 and authentication errors under 400.

local printable = require("rtk.printable")
local secrets = require("rtk.secrets")

local refusal = {}

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

--- The one kind of a reply that says no.
---@param status integer
---@param errors table[] as refusal.errors gives them
---@return rtk.ErrorKind
function refusal.kind(status, errors)
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

--- All errors that a body lists, from whichever envelope it is.
---@param body any decoded
---@return { code?: integer|string, message?: string }[] errors
function refusal.errors(body)
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

--- The API's own words.
---@param status integer
---@param errors table[] as refusal.errors gives them
---@param call table what was refused
---@return string
function refusal.message(status, errors, call)
  if status >= 300 and status < 400 then
    return "the API answered with a redirect, which is not followed"
  end
  for _, item in ipairs(errors) do
    local said = item.message
    if type(said) == "string" and said ~= "" then
      return printable.line(secrets.hide(said, call))
    end
  end
  return "the API gave no reason"
end

--- Whether a decoded body says no, whatever the status.
---@param body table
---@return boolean
function refusal.is_in(body)
  if body.success ~= nil then return body.success == false end
  if body.data ~= nil or body.result ~= nil then return false end
  return body.error ~= nil or (type(body.errors) == "table" and body.errors[1] ~= nil)
end

return refusal
