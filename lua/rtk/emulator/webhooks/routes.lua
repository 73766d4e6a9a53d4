-- SPDX-License-Identifier: MIT
-- Webhooks of an app; their URLs are unique in it, their names need not be. The list has no pages
-- and is a 404 where there is none. PUT answers with the id and what was sent, no more (all of the
-- webhook with option `documented`). What webhooks are sent is the business of
-- rtk.emulator.webhooks.deliveries.
local deliveries = require("rtk.emulator.webhooks.deliveries")
local fields = require("rtk.emulator.webhooks.fields")
local finder = require("rtk.emulator.http.finder")
local json = require("rtk.emulator.util.json")
local merge = require("rtk.emulator.http.merge")
local record = require("rtk.emulator.state.record")
local reply = require("rtk.emulator.http.reply")
local validate = require("rtk.emulator.http.validate")

local M = {}

local function view(webhook)
  local shown = record.view(webhook)
  if shown.enabled == nil then shown.enabled = true end
  shown.events = json.array(json.copy(shown.events))
  return shown
end

local find = finder("webhook")

--- A refusal when another webhook has the URL.
local function refuse_duplicate(request, url, own)
  local other = request.app:all("webhooks"):find(function(webhook)
    return webhook.fields.url == url and webhook ~= own
  end)
  if other then
    return reply.failure(409, 'A webhook with the url "' .. url .. '" already exists')
  end
end

local function list(request)
  local shown, webhooks = {}, request.app:all("webhooks"):select()
  for i = #webhooks, 1, -1 do
    shown[#shown + 1] = view(webhooks[i])
  end
  if #shown == 0 and not request.options.documented then
    return reply.failure(404, "No webhooks found")
  end
  return reply.page(shown)
end

local function list_events()
  return reply.data(json.array(json.copy(fields.EVENTS)))
end

local function create(request)
  local refusal = refuse_duplicate(request, request.body.url)
  if refusal then return refusal end
  local body = merge(fields.body, {}, request.body)
  local webhook = request.app:all("webhooks"):add(record.new(request.emulator, body))
  return reply.data(view(webhook), 201)
end

local function get(request)
  local webhook, refusal = find(request)
  return refusal or reply.data(view(webhook))
end

--- Stores new fields unless they are incomplete or take another webhook's URL; returns a refusal.
local function store(request, webhook, new_fields)
  local refusal = validate.body(fields.body, new_fields)
    or refuse_duplicate(request, new_fields.url, webhook)
  if refusal then return refusal end
  record.update(request.emulator, webhook, new_fields)
end

local function update(request)
  local webhook, refusal = find(request)
  if not webhook then return refusal end
  refusal = store(request, webhook, merge(fields.body, webhook.fields, request.body))
  return refusal or reply.data(view(webhook))
end

local function replace(request)
  local webhook, refusal = find(request)
  if not webhook then return refusal end
  local body = merge(fields.body, {}, request.body)
  refusal = store(request, webhook, body)
  if refusal then return refusal end
  if request.options.documented then return reply.data(view(webhook)) end
  local echo = json.copy(body)
  echo.id, echo.events = webhook.id, json.array(echo.events)
  return reply.data(echo)
end

local function delete(request)
  local webhook, refusal = find(request)
  if not webhook then return refusal end
  request.app:all("webhooks"):remove(webhook)
  request.emulator.clock:tick()
  return reply.data(view(webhook))
end

M.routes = {
  { "GET", "/webhooks", list },
  { "POST", "/webhooks", create, body = fields.body },
  { "GET", "/webhooks/all", list_events },
  { "GET", "/webhooks/{webhook_id}", get },
  { "PATCH", "/webhooks/{webhook_id}", update, body = fields.body, partial = true },
  { "PUT", "/webhooks/{webhook_id}", replace, body = fields.body },
  { "DELETE", "/webhooks/{webhook_id}", delete },
}

M.tasks = { [deliveries.RETRY] = deliveries.retry }

return M
