-- SPDX-License-Identifier: MIT
-- Webhooks. Their list is never paginated.

local t = require("rtk.schema.type")

local webhooks = {}

local events = t.array(t.enum({
  "meeting.started",
  "meeting.ended",
  "meeting.participantJoined",
  "meeting.participantLeft",
  "meeting.chatSynced",
  "recording.statusUpdate",
  "livestreaming.statusUpdate",
  "meeting.transcript",
  "meeting.summary",
}, "WebhookEvent"))

webhooks.Webhook = t.object("Webhook", {
  id = t.string,
  created_at = t.string,
  enabled = t.boolean,
  events = events,
  name = t.string,
  updated_at = t.string,
  url = t.string,
})

local WebhookCreate = t.object("WebhookCreate", {
  events = events,
  name = t.string,
  url = t.string,
}, { enabled = t.boolean })

webhooks.operations = {
  ["GET /webhooks"] = { empty_is_not_found = true, reply = t.array(webhooks.Webhook) },
  ["POST /webhooks"] = { body = WebhookCreate, reply = webhooks.Webhook },
  -- A server looks for this path before it reads "all" as an id.
  ["GET /webhooks/all"] = { reply = t.array(t.string) },
  ["GET /webhooks/{webhook_id}"] = { reply = webhooks.Webhook },
  ["PUT /webhooks/{webhook_id}"] = {
    body = t.extend(WebhookCreate, "WebhookReplace"),
    reply = webhooks.Webhook,
  },
  ["PATCH /webhooks/{webhook_id}"] = {
    body = t.partial(WebhookCreate, "WebhookUpdate"),
    reply = webhooks.Webhook,
  },
  ["DELETE /webhooks/{webhook_id}"] = { reply = webhooks.Webhook },
}

return webhooks
