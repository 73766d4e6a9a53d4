-- SPDX-License-Identifier: MIT
-- Deliveries of events to webhooks. A delivery is plain data in its app's collection; its id is the
-- rtk-uuid, the same for every attempt unless an option wants another one. Its state is one of
--   pending    not sent yet, or being sent; final where nothing sends (emulator.sender is nil)
--   waiting    failed with 5xx or without a response, or will come again; will be tried later
--   delivered  the response was 2xx
--   failed     any other response, or no attempts left
--   cancelled  the webhook was deleted or disabled before the retry
--
-- emulator.sender is a function(emulator, app, delivery, delay) that sends `request`, in a server
-- after delay seconds, and reports the outcome to `record_attempt`, at once or later.
local lists = require("rtk.emulator.util.lists")
local json = require("rtk.emulator.util.json")

local deliveries = {}

--- The kind of the task that tries a delivery again.
deliveries.RETRY = "webhooks.retry"

--- Calls visit(app, delivery) for each delivery of all apps, oldest first within an app, until it
--- returns something; returns that delivery.
---@param emulator rtk.Emulator
---@param visit fun(app: table, delivery: table): any
---@return table? app
---@return table? delivery
function deliveries.each(emulator, visit)
  for _, account in ipairs(emulator.store.accounts:select()) do
    for _, app in ipairs(account.apps:select()) do
      for _, delivery in ipairs(app:all("deliveries"):select()) do
        if visit(app, delivery) then return app, delivery end
      end
    end
  end
end

local function find(emulator, id)
  return deliveries.each(emulator, function(_, delivery)
    return delivery.id == id
  end)
end

local function is_subscribed(webhook, event)
  return webhook.fields.enabled ~= false and lists.contains(webhook.fields.events, event)
end

local function send(emulator, app, delivery, delay)
  delivery.state = "pending"
  if emulator.sender then emulator.sender(emulator, app, delivery, delay) end
end

-- Plans the next attempt of a delivery, after some seconds.
local function plan(emulator, app, delivery, delay)
  delivery.state = "waiting"
  return emulator.schedule:add({
    at = emulator.clock:now() + math.floor(delay * 1000 + 0.5),
    kind = deliveries.RETRY,
    app_id = app.id,
    delivery_id = delivery.id,
    attempt = #delivery.attempts + 1,
  })
end

-- The seconds until a new delivery is sent: events then arrive late, and in another order.
local function first_delay(emulator)
  local longest = emulator.options.webhook_delay
  return longest > 0 and longest * emulator.ids:fraction() or nil
end

--- Creates the deliveries of an event and passes them to the sender.
---@param emulator rtk.Emulator
---@param app table
---@param payload table with `event`
function deliveries.add(emulator, app, payload)
  local webhooks = app:all("webhooks"):select(function(webhook)
    return is_subscribed(webhook, payload.event)
  end)
  if #webhooks == 0 then return end
  local body = json.encode(payload)
  for _, webhook in ipairs(webhooks) do
    send(
      emulator,
      app,
      app:all("deliveries"):add({
        id = emulator.ids:uuid(),
        webhook_id = webhook.id,
        event = payload.event,
        url = webhook.fields.url,
        body = body,
        attempts = {},
        failures = 0,
      }),
      first_delay(emulator)
    )
  end
end

--- The headers of a delivery.
---@param delivery table
---@param signature string
---@return table<string, string>
function deliveries.headers(delivery, signature)
  return {
    ["content-type"] = "application/json",
    ["rtk-signature"] = signature,
    ["rtk-uuid"] = delivery.uuid or delivery.id,
    ["rtk-webhook-id"] = delivery.webhook_id,
  }
end

--- The request that a delivery sends, signed with the current key.
---@param emulator rtk.Emulator
---@param delivery table
---@return { method: string, url: string, headers: table<string, string>, body: string }? request
---@return string? message
function deliveries.request(emulator, delivery)
  local signature, message = emulator.signing_key:sign(delivery.body)
  if not signature then return nil, message end
  delivery.signature = signature
  if emulator.options.webhook_uuid == "new" and #delivery.attempts > 0 then
    delivery.uuid = emulator.ids:uuid()
  end
  return {
    method = "POST",
    url = delivery.url,
    headers = deliveries.headers(delivery, delivery.signature),
    body = delivery.body,
  }
end

--- The next delay of a failed delivery in seconds, or nil when it is not to be tried again.
local function next_delay(emulator, delivery, status)
  if status and status < 500 then return nil end
  delivery.failures = delivery.failures + 1
  return emulator.options.webhook_retries[delivery.failures]
end

local DUPLICATE_DELAY = 0.2 -- seconds

-- A delivery that arrived may come again all the same, once.
local function conclude(emulator, app, delivery)
  delivery.state = "delivered"
  local share = emulator.options.webhook_duplicates
  if delivery.is_repeated or share == 0 or emulator.ids:fraction() >= share then return nil end
  delivery.is_repeated = true
  return plan(emulator, app, delivery, DUPLICATE_DELAY), DUPLICATE_DELAY
end

--- Records the outcome of an attempt and plans the next one.
---@param emulator rtk.Emulator
---@param app table
---@param delivery table
---@param status? integer nil without a response
---@param problem? string reason for the missing response
---@return table? task the planned attempt
---@return number? delay until then, in seconds
function deliveries.record_attempt(emulator, app, delivery, status, problem)
  local now = emulator.clock:now()
  emulator.changes = emulator.changes + 1
  table.insert(delivery.attempts, { at = now, status = status, error = problem })
  if status and status >= 200 and status < 300 then return conclude(emulator, app, delivery) end
  local delay = next_delay(emulator, delivery, status)
  delivery.state = "failed"
  if not delay then return nil end
  return plan(emulator, app, delivery, delay), delay
end

--- Tries a delivery again, unless that has happened already: a task of the schedule.
---@param emulator rtk.Emulator
---@param task table made by record_attempt
function deliveries.retry(emulator, task)
  local app, delivery = find(emulator, task.delivery_id)
  if not app or delivery.state ~= "waiting" then return end
  if #delivery.attempts + 1 ~= task.attempt then return end
  local webhook = app:all("webhooks"):get(delivery.webhook_id)
  if not webhook or webhook.fields.enabled == false then
    delivery.state = "cancelled"
    return
  end
  delivery.url = webhook.fields.url
  send(emulator, app, delivery)
end

--- Sends a delivery again in any state, with the same rtk-uuid. What is no id raises.
---@param emulator rtk.Emulator
---@param id string
---@return true? ok
---@return string? message
function deliveries.redeliver(emulator, id)
  if type(id) ~= "string" then error("redeliver takes the id of a delivery", 2) end
  local app, delivery = find(emulator, id)
  if not app then return nil, "there is no delivery with id " .. tostring(id) end
  delivery.failures = 0
  send(emulator, app, delivery)
  return true
end

return deliveries
