-- SPDX-License-Identifier: MIT
-- What a receiver returns when it cannot accept a delivery.

---@class rtk.WebhookError
---@field kind "signature"|"key"|"malformed"|"header"|"replay"|"seen"|"handler"
---@field http_status integer to answer with
---@field message string
---@field cause? any what a handler raised

local rejection = {}

--- The results of a function that fails.
---@param kind string
---@param status integer to answer with
---@param message string
---@return nil
---@return string message
---@return rtk.WebhookError err
function rejection.of(kind, status, message)
  return nil, message, { kind = kind, http_status = status, message = message }
end

return rejection
