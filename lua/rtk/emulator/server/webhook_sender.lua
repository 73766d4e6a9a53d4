-- SPDX-License-Identifier: MIT
-- Sends deliveries from inside nginx. Each webhook has a queue, emptied by one light thread, so
-- that a receiver gets its events one by one and a slow one holds up no other. Attempts that are
-- planned happen when the real time has passed, or earlier when the emulator's clock is advanced.
local deliveries = require("rtk.emulator.webhooks.deliveries")
local http_post = require("rtk.emulator.server.http_post")

--- Runs a function after some time; gives up only when nginx goes.
local function after(seconds, run)
  local ok, problem = ngx.timer.at(seconds, function(premature)
    if not premature then run() end
  end)
  if not ok then ngx.log(ngx.ERR, "a webhook cannot be sent: ", problem) end
end

local function send(emulator, app, delivery)
  local status
  local request, message = deliveries.request(emulator, delivery)
  if request then
    status, message = http_post.send(request)
  end
  local task, delay = deliveries.record_attempt(emulator, app, delivery, status, message)
  if not task then return end
  after(delay, function()
    emulator.schedule:cancel(function(planned)
      return planned == task
    end)
    deliveries.retry(emulator, task)
  end)
end

--- A sender as rtk.emulator.webhooks.deliveries wants it.
---@return fun(emulator: table, app: table, delivery: table)
local function new()
  local queues = {}
  local function send_all(webhook_id)
    local queue = queues[webhook_id]
    while queue[1] do
      local job = table.remove(queue, 1)
      send(job[1], job[2], job[3])
    end
    queues[webhook_id] = nil
  end
  return function(emulator, app, delivery)
    local id = delivery.webhook_id
    local job = { emulator, app, delivery }
    if queues[id] then
      table.insert(queues[id], job)
      return
    end
    queues[id] = { job }
    after(0, function()
      send_all(id)
    end)
  end
end

return { new = new }
