-- SPDX-License-Identifier: MIT
-- Webhooks: where the API reports events to.

local object = require("rtk.values.object")
local resource = require("rtk.resources.base")

--- A webhook that a call returned.
---@class rtk.Webhook
---@field package _client rtk.Client
local Webhook = object.class("rtk.Webhook")

--- Updates fields and takes over the response: PATCH /webhooks/{webhook_id}
---@param body rtk.WebhookUpdate
---@param options? rtk.CallOptions
---@return rtk.Webhook? self, string? message, rtk.Error? err
function Webhook:update(body, options)
  return object.merge(self, body, self._client.webhooks:update(self.id, body, options))
end

--- Replaces it and takes over the response: PUT /webhooks/{webhook_id}
---@param body rtk.WebhookReplace
---@param options? rtk.CallOptions
---@return rtk.Webhook? self, string? message, rtk.Error? err
function Webhook:replace(body, options)
  return object.merge(self, body, self._client.webhooks:replace(self.id, body, options))
end

--- Deletes it: DELETE /webhooks/{webhook_id}
---@param options? rtk.CallOptions
---@return rtk.Webhook? webhook with its id at least, string? message, rtk.Error? err
function Webhook:delete(options)
  return self._client.webhooks:delete(self.id, nil, options)
end

--- Reloads it: GET /webhooks/{webhook_id}
---@param options? rtk.CallOptions
---@return rtk.Webhook? self, string? message, rtk.Error? err
function Webhook:reload(options)
  return object.replace(self, self._client.webhooks:get(self.id, nil, options))
end

-- An event is text.
local Event = { _type = "rtk.WebhookEvent" }

---@class rtk.Webhooks: rtk.Resource
local Webhooks = resource.class("webhooks", {
  getWebhooks = "list",
  createWebhook = "create",
  getWebhookByID = "get",
  editWebhook = "update",
  replaceWebhook = "replace",
  deleteWebhook = "delete",
})

Webhooks._operation_ids = { getAllWebhookEvents = "list_events" }

--- Lists all webhooks, on one page: GET /webhooks
--- The API's 404 for "none" is an empty page here.
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Page<rtk.Webhook>? page, string? message, rtk.Error? err
function Webhooks:list(query, options)
  return self:_page(Webhook, "GET /webhooks", {}, query, options)
end

--- Iterates over all webhooks; the iterator raises the message on failure.
---@param query? rtk.EachOptions options may take this place: there is no query
---@param options? rtk.EachOptions
---@return rtk.Iterator|fun(): rtk.Webhook?
function Webhooks:each(query, options)
  return self:_each(Webhook, "GET /webhooks", {}, query, options)
end

--- Lists the names of all events that a webhook can ask for, on one page: GET /webhooks/all
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Page<string>? names, string? message, rtk.Error? err
function Webhooks:list_events(query, options)
  return self:_page(Event, "GET /webhooks/all", {}, query, options)
end

--- Adds a webhook: POST /webhooks
--- When the URL is already registered, the error has kind "conflict".
---@param body rtk.WebhookCreate
---@param options? rtk.CallOptions
---@return rtk.Webhook? webhook, string? message, rtk.Error? err
function Webhooks:create(body, options)
  return self:_item(Webhook, "POST /webhooks", {}, body, options)
end

--- Gets a webhook: GET /webhooks/{webhook_id}
---@param webhook_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Webhook? webhook, string? message, rtk.Error? err
function Webhooks:get(webhook_id, query, options)
  return self:_item(Webhook, "GET /webhooks/{webhook_id}", { webhook_id }, query, options)
end

--- Updates fields of a webhook: PATCH /webhooks/{webhook_id}
---@param webhook_id string
---@param body rtk.WebhookUpdate
---@param options? rtk.CallOptions
---@return rtk.Webhook? webhook, string? message, rtk.Error? err
function Webhooks:update(webhook_id, body, options)
  return self:_item(Webhook, "PATCH /webhooks/{webhook_id}", { webhook_id }, body, options)
end

--- Replaces a webhook: PUT /webhooks/{webhook_id}
--- The response may have only some of the fields.
---@param webhook_id string
---@param body rtk.WebhookReplace
---@param options? rtk.CallOptions
---@return rtk.Webhook? webhook, string? message, rtk.Error? err
function Webhooks:replace(webhook_id, body, options)
  return self:_item(Webhook, "PUT /webhooks/{webhook_id}", { webhook_id }, body, options)
end

--- Deletes a webhook: DELETE /webhooks/{webhook_id}
---@param webhook_id string
---@param query? rtk.CallOptions options may take this place: there is no query
---@param options? rtk.CallOptions
---@return rtk.Webhook? webhook with its id at least, string? message, rtk.Error? err
function Webhooks:delete(webhook_id, query, options)
  return self:_item(Webhook, "DELETE /webhooks/{webhook_id}", { webhook_id }, query, options)
end

--- Makes sure that there is a webhook for a URL with the given fields, and no second one. Safe to
--- run again, also by several programs at once: the API refuses a second webhook of one URL. It
--- compares only the fields that are given, and cannot know of a change at the same moment.
--- GET /webhooks and, where that is due, POST /webhooks or PATCH /webhooks/{webhook_id}
---@param body rtk.WebhookCreate
---@param options? rtk.EnsureOptions
---@return rtk.Webhook? webhook
---@return "created"|"updated"|"unchanged"|string|nil outcome, or the message
---@return rtk.Error? err
function Webhooks:ensure(body, options)
  return require("rtk.resources.ensure.webhook").run(self, body, options)
end

return Webhooks
