-- SPDX-License-Identifier: MIT
-- Webhooks of an app. Their URLs are unique in the app, their names need not be. The list has no
-- pages and is a 404 when empty. PUT replies with the id and the members that were sent only, and
-- DELETE without the webhook; with the option `documented`, both with the whole webhook.
local deliveries = require("rtk.emulator.webhooks.deliveries")
local events = require("rtk.emulator.webhooks.events")
local field = require("rtk.emulator.http.field")
local json = require("rtk.emulator.util.json")
local record = require("rtk.emulator.state.record")
local response = require("rtk.emulator.http.response")
local validate = require("rtk.emulator.http.validate")

local fields = {
  body = field.object({
    enabled = field.boolean(),
    events = field.array(field.string({ one_of = events.NAMES }), { required = true }),
    name = field.string({ required = true, not_empty = true }),
    url = field.uri({ required = true, schemes = { "http", "https" } }),
  }),
}

local function view(webhook)
  local shown = record.view(webhook)
  if shown.enabled == nil then shown.enabled = true end
  shown.events = json.array(json.copy(shown.events))
  return shown
end

--- A failure when another webhook has the URL.
local function check_duplicate(request, url, own)
  local other = request.app:all("webhooks"):find(function(webhook)
    return webhook.fields.url == url and webhook ~= own
  end)
  if other then
    return response.failure(409, 'A webhook with the url "' .. url .. '" already exists')
  end
end

local function list(request)
  local shown, webhooks = {}, request.app:all("webhooks"):select()
  for index = #webhooks, 1, -1 do
    shown[#shown + 1] = view(webhooks[index])
  end
  if #shown == 0 and not request.options.documented then
    return response.failure(404, "No webhooks found")
  end
  return response.page(shown)
end

local function list_events()
  return response.data(json.array(json.copy(events.NAMES)))
end

local function create(request)
  local failure = check_duplicate(request, request.body.url)
  if failure then return failure end
  local body = record.merge(fields.body, {}, request.body)
  local webhook = request.app:all("webhooks"):add(record.new(request.emulator, body))
  return response.data(view(webhook), 201)
end

local function get(request)
  local webhook, failure = request:find("webhook")
  return failure or response.data(view(webhook))
end

--- Stores new fields unless they are incomplete or take another webhook's URL; returns a failure.
local function store(request, webhook, new_fields)
  local failure = validate.body(fields.body, new_fields)
    or check_duplicate(request, new_fields.url, webhook)
  if failure then return failure end
  record.update(request.emulator, webhook, new_fields)
end

local function update(request)
  local webhook, failure = request:find("webhook")
  if not webhook then return failure end
  failure = store(request, webhook, record.merge(fields.body, webhook.fields, request.body))
  return failure or response.data(view(webhook))
end

local function replace(request)
  local webhook, failure = request:find("webhook")
  if not webhook then return failure end
  local body = record.merge(fields.body, {}, request.body)
  failure = store(request, webhook, body)
  if failure then return failure end
  if request.options.documented then return response.data(view(webhook)) end
  local echo = json.copy(body)
  echo.id, echo.events = webhook.id, json.array(echo.events)
  return response.data(echo)
end

local function delete(request)
  local webhook, failure = request:find("webhook")
  if not webhook then return failure end
  request.app:all("webhooks"):remove(webhook)
  request.emulator.clock:tick()
  if request.options.documented then return response.data(view(webhook)) end
  return response.data({ message = "Deleted webhook successfully" })
end

local routes = {
  { "GET", "/webhooks", list },
  { "POST", "/webhooks", create, body = fields.body },
  { "GET", "/webhooks/all", list_events },
  { "GET", "/webhooks/{webhook_id}", get },
  { "PATCH", "/webhooks/{webhook_id}", update, body = fields.body, partial = true },
  { "PUT", "/webhooks/{webhook_id}", replace, body = fields.body },
  { "DELETE", "/webhooks/{webhook_id}", delete },
}

return { routes = routes, tasks = { [deliveries.RETRY] = deliveries.retry } }
