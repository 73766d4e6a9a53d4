-- SPDX-License-Identifier: MIT
-- The errors of downloads. They say nothing of the link but its origin, and quote of a storage's
-- answer no more than the code that it has for what went wrong.

local error_kind = require("rtk.errors.error_kind")
local core = require("rtk.core")
local errors = require("rtk.errors")
local headers = require("rtk.http.headers")
local retry = require("rtk.http.retry")
local retry_after_header = require("rtk.http.retry_after_header")

local download_error = {}

--- One that rtk itself finds.
---@param kind rtk.ErrorKind
---@param call table
---@param message string
---@param reason? string
---@param is_passing? boolean whether another attempt may succeed; default no
---@return rtk.Error
function download_error.of(kind, call, message, reason, is_passing)
  local err = errors.unsent(kind, call, message)
  err.reason, err.is_passing = reason, is_passing or false
  return err
end

--- One that the transport reports.
---@param result rtk.Result
---@param call table
---@return rtk.Error
function download_error.of_transport(result, call)
  local err = errors.from_transport(result, call)
  err.reason, err.is_passing = result.reason, retry.is_transient(err)
  if result.reason == "private_address" then
    err.is_passing = false
    errors.add_hint(err, "allow_private = true lets a download go there")
  end
  return err
end

-- The code in the XML of an object store.
local function code_in(text)
  return text and text:match("<Code>([A-Za-z]+)</Code>")
end

-- Whether a refusal says that the link was good once.
local function is_expired(status, text)
  if status < 400 or status >= 500 or not text then return false end
  return core.lower(text):find("expired", 1, true) ~= nil
end

--- A response that is not the content.
---@param result rtk.Result
---@param call table
---@return rtk.Error
function download_error.of_response(result, call)
  local status, code = result.status, code_in(result.text)
  local is_old = is_expired(status, result.text)
  local message = ("the server refused it: HTTP %d%s%s"):format(
    status,
    code and " " .. code or "",
    is_old and ", the link has expired" or ""
  )
  local err =
    download_error.of(error_kind.of(status, {}), call, message, is_old and "expired" or nil)
  local fields = headers.parse(result.headers)
  err.status, err.code = status, code
  err.is_passing = retry.is_transient(err)
  err.request_id = headers.request_id(fields)
  err.retry_after = retry_after_header.seconds(fields)
  return err
end

return download_error
