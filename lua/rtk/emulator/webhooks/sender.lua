-- SPDX-License-Identifier: MIT
-- Sends deliveries in process, through the emulator's option `deliver`: a function that takes the
-- request and returns the response status, or nil and a message. It runs while the event is
-- published. Deliveries that it causes itself are sent after it returns, so that events keep their
-- order.
local deliveries = require("rtk.emulator.webhooks.deliveries")

local RESULT = "deliver must return the response status, or nil and a message"

local function send(deliver, emulator, app, delivery)
  local request, message = deliveries.request(emulator, delivery)
  local status
  if request then
    status, message = deliver(request)
    if type(status) ~= "number" and (status or type(message) ~= "string") then error(RESULT, 0) end
  end
  deliveries.record_attempt(emulator, app, delivery, status, not status and message or nil)
end

--- Creates the function for emulator.sender. Errors of `deliver` propagate.
---@param deliver fun(request: table): integer?, string?
---@return fun(emulator: table, app: table, delivery: table)
local function new(deliver)
  local queue, is_sending = {}, false
  local function send_all()
    while queue[1] do
      local job = table.remove(queue, 1)
      send(deliver, job[1], job[2], job[3])
    end
  end
  return function(emulator, app, delivery)
    queue[#queue + 1] = { emulator, app, delivery }
    if is_sending then return end
    is_sending = true
    local ok, problem = pcall(send_all)
    is_sending = false
    if not ok then error(problem, 0) end
  end
end

return { new = new }
