-- SPDX-License-Identifier: MIT
-- The kind of an error response, and whether its request may have been executed: what its status
-- and its codes say.

local api_error = require("rtk.errors.api_error")

local error_kind = {}

-- The gateway's codes say more than its status.
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

-- The edge's codes are different ones.
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
  [407] = "protocol", -- of a proxy, as after CONNECT
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

-- Codes in words, of a third envelope: error{} with code, message and retryable. They count with a
-- 2xx; else the status says as much.
local kind_by_word = {
  UNAUTHENTICATED = "authentication",
  BAD_REQUEST = "invalid",
  INVALID_QUERY = "invalid",
  INVALID_REQUEST = "invalid",
  UNSUPPORTED_REQUEST = "invalid",
  CONNECTION_NOT_FOUND = "not_found",
  INTERNAL_ERROR = "server",
}

-- The status that a reply means. With a 2xx the body has it: the service repeats it as the
-- code.
local function effective_status(status, errors, body)
  if status < 200 or status >= 300 then return status end
  local code = api_error.is_problem(body) and body.status or errors[1] and errors[1].code
  code = tonumber(code)
  return code and code >= 400 and code < 600 and code or status
end

--- The kind of an error response.
---@param status integer
---@param errors table[] as api_error.errors returns them
---@param body any decoded
---@return rtk.ErrorKind
function error_kind.of(status, errors, body)
  local codes = api_error.is_problem(body) and kind_by_edge_code or kind_by_code
  for _, item in ipairs(errors) do
    local kind = codes[tonumber(item.code)]
    if kind then return kind end
  end
  local effective = effective_status(status, errors, body)
  if kind_by_status[effective] then return kind_by_status[effective] end
  if effective >= 500 then return "server" end
  if effective < 200 or (effective >= 300 and effective < 400) then return "protocol" end
  local word = effective < 300 and errors[1] and errors[1].code
  return type(word) == "string" and kind_by_word[word] or "api"
end

--- Whether a request may have been executed although the response is an error. The status
--- alone decides, not the code in the body: a 4xx other than 408 means that nothing was done,
--- and so does an error with a 2xx.
---@param status integer
---@param errors table[] as api_error.errors returns them
---@param body any decoded
---@return boolean
function error_kind.maybe_executed(status, errors, body)
  local effective = effective_status(status, errors, body)
  if effective == 408 or effective < 200 or effective >= 500 then return true end
  return effective >= 300 and effective < 400
end

return error_kind
