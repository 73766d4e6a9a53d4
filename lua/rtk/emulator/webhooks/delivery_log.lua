-- SPDX-License-Identifier: MIT
-- Deliveries as tests see them. A sent delivery shows the signature of its last attempt; an unsent
-- one is signed for the view, so that a test can pass it to its own code.
local arguments = require("rtk.emulator.util.arguments")
local clock = require("rtk.emulator.state.clock")
local deliveries = require("rtk.emulator.webhooks.deliveries")
local json = require("rtk.emulator.util.json")

---@class rtk.EmulatorDelivery
---@field id string the rtk-uuid
---@field app_id string
---@field webhook_id string
---@field event string
---@field state "pending"|"waiting"|"delivered"|"failed"|"cancelled"
---@field url string
---@field headers table<string, string>
---@field body string
---@field attempts { at: string, status?: integer, error?: string }[]

local delivery_log = {}

-- What the call takes, if anything.
delivery_log.takes =
  arguments.of("deliveries", { "app_id string", "event string", "webhook_id string" })

local function matches(filter, app, delivery)
  return (filter.app_id or app.id) == app.id
    and (filter.event or delivery.event) == delivery.event
    and (filter.webhook_id or delivery.webhook_id) == delivery.webhook_id
end

local function view(app, delivery, signature)
  local attempts = json.array()
  for index, attempt in ipairs(delivery.attempts) do
    attempts[index] =
      { at = clock.format(attempt.at), status = attempt.status, error = attempt.error }
  end
  return {
    id = delivery.id,
    app_id = app.id,
    webhook_id = delivery.webhook_id,
    event = delivery.event,
    state = delivery.state,
    url = delivery.url,
    headers = deliveries.headers(delivery, signature),
    body = delivery.body,
    attempts = attempts,
  }
end

--- The deliveries of all apps, oldest first within each. An unknown name in the filter raises.
---@param emulator rtk.Emulator
---@param filter? { app_id?: string, event?: string, webhook_id?: string }
---@return rtk.EmulatorDelivery[]? list
---@return string? message why they cannot be signed
function delivery_log.list(emulator, filter)
  filter = filter or {}
  delivery_log.takes:check(filter)
  local shown, problem = json.array(), nil
  deliveries.each(emulator, function(app, delivery)
    if not matches(filter, app, delivery) then return end
    local signature, message = delivery.signature, nil
    if #delivery.attempts == 0 then
      signature, message = emulator.signing_key:sign(delivery.body)
    end
    problem = message
    if signature then shown[#shown + 1] = view(app, delivery, signature) end
    return message
  end)
  if problem then return nil, problem end
  return shown
end

--- One delivery; raises where it cannot be signed.
---@param emulator rtk.Emulator
---@param id? string
---@return rtk.EmulatorDelivery? delivery nil where there is none
---@return string? message
function delivery_log.get(emulator, id)
  local app, delivery = deliveries.each(emulator, function(_, candidate)
    return candidate.id == id
  end)
  if not app then return nil, "there is no delivery with id " .. tostring(id) end
  local signature, message = delivery.signature, nil
  if #delivery.attempts == 0 then
    signature, message = emulator.signing_key:sign(delivery.body)
  end
  if not signature then error(message, 0) end
  return view(app, delivery, signature)
end

return delivery_log
