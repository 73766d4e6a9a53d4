-- SPDX-License-Identifier: MIT
-- One webhook, as a reply brought it.

local object = require("rtk.resources.object")

---@class rtk.Webhook
---@field package _client rtk.Client
local Webhook = object.class("rtk.Webhook")

--- Changes some fields and takes over the answer: PATCH /webhooks/{webhook_id}
---@param body rtk.WebhookUpdate
---@param options? rtk.CallOptions
---@return rtk.Webhook? self, string? message, rtk.Error? err
function Webhook:update(body, options)
  return object.merge(self, body, self._client.webhooks:update(self.id, body, options))
end

--- Replaces it and takes over the answer: PUT /webhooks/{webhook_id}
---@param body rtk.WebhookReplace
---@param options? rtk.CallOptions
---@return rtk.Webhook? self, string? message, rtk.Error? err
function Webhook:replace(body, options)
  return object.merge(self, body, self._client.webhooks:replace(self.id, body, options))
end

--- Deletes it: DELETE /webhooks/{webhook_id}
---@param options? rtk.CallOptions
---@return rtk.Webhook? webhook as it was, string? message, rtk.Error? err
function Webhook:delete(options)
  return self._client.webhooks:delete(self.id, nil, options)
end

--- Reads it again: GET /webhooks/{webhook_id}
---@param options? rtk.CallOptions
---@return rtk.Webhook? self, string? message, rtk.Error? err
function Webhook:reload(options)
  return object.replace(self, self._client.webhooks:get(self.id, nil, options))
end

return Webhook
