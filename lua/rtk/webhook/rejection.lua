-- SPDX-License-Identifier: MIT
-- What a receiver returns when it cannot accept a delivery, and the status that it answers with:
-- the service sends a delivery again that got a 5xx.

---@class rtk.WebhookError
---@field kind "signature"|"key"|"malformed"|"header"|"replay"|"seen"|"handler"
---@field http_status integer to answer with
---@field message string
---@field cause? any what a handler raised

local rejection = {}

local status_by_kind = { header = 400, malformed = 400, signature = 401, key = 503 }

--- The results of a function that fails.
---@param kind "signature"|"key"|"malformed"|"header"
---@param message string
---@param status? integer to answer with, if it is not that of the kind
---@return nil
---@return string message
---@return rtk.WebhookError err
function rejection.of(kind, message, status)
  status = status or status_by_kind[kind]
  return nil, message, { kind = kind, http_status = status, message = message }
end

return rejection
