-- SPDX-License-Identifier: MIT
-- Deliveries as tests see them. A sent delivery shows the signature of its last attempt; an unsent
-- one is signed for the view, so that a test can pass it to its own code.
local clock = require("rtk.emulator.state.clock")
local deliveries = require("rtk.emulator.webhooks.deliveries")
local json = require("rtk.emulator.util.json")
local nearest = require("rtk.emulator.util.nearest")

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

local FILTERS = { app_id = true, event = true, webhook_id = true }

local function check(filter)
  for name in pairs(filter) do
    if not FILTERS[name] then
      local clause = nearest.clause(name, FILTERS)
      error(("deliveries cannot be filtered by %q"):format(tostring(name)) .. clause, 3)
    end
  end
end

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
  check(filter)
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

return delivery_log
