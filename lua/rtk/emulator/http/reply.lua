-- SPDX-License-Identifier: MIT
-- The answers of the API and their envelopes. Two parties answer on one host: the Cloudflare
-- gateway with `errors[]` and the RealtimeKit service behind it with `error{}`. A reply is
-- { status, body }, the body being the table that goes out as JSON.
local json = require("rtk.emulator.util.json")

local M = {}

--- A success with one value.
---@param data any
---@param status? integer 200 unless told
---@return table reply
function M.data(data, status)
  return { status = status or 200, body = { success = true, data = data } }
end

--- A success with a page of a list.
---@param items table[]
---@param paging? table
---@return table reply
function M.page(items, paging)
  return { status = 200, body = { success = true, data = json.array(items), paging = paging } }
end

--- A refusal by the RealtimeKit service; `code` repeats the HTTP status.
---@param status integer
---@param message string
---@return table reply
function M.failure(status, message)
  return {
    status = status,
    body = { success = false, error = { code = status, message = message } },
  }
end

--- A refusal because of what was sent.
---@param message string
---@return table reply
function M.bad_request(message)
  return M.failure(400, "BAD_REQUEST: " .. message)
end

--- A refusal by the Cloudflare gateway.
---@param status integer
---@param errors table[] each { code, message, error_chain? }
---@return table reply
function M.gateway_failure(status, errors)
  return {
    status = status,
    body = { success = false, errors = errors, messages = json.array(), result = json.null },
  }
end

--- What the service says without credentials that it knows, on the legacy host only.
---@return table reply
function M.unauthorized()
  return { status = 401, body = { message = "Unauthorized" } }
end

return M
