-- SPDX-License-Identifier: MIT
-- Sends deliveries from inside nginx. Each webhook has a queue with one light thread, so that a
-- receiver gets its events in order and a slow receiver delays no other. Retries run when the real
-- time has passed, or earlier when the emulator's clock is advanced.
local deliveries = require("rtk.emulator.webhooks.deliveries")
local http_post = require("rtk.emulator.server.http_post")

--- Runs a function after some seconds, unless nginx exits before.
local function after(seconds, run)
  local ok, problem = ngx.timer.at(seconds, function(premature)
    if not premature then run() end
  end)
  if not ok then ngx.log(ngx.ERR, "a webhook cannot be sent: ", problem) end
end

-- What a page could make the emulator send must not reach the developer's network.
local NOT_LOCAL = "not sent: it does not lead to this machine (see the option deliver_anywhere)"

local function post(emulator, delivery)
  local request, message = deliveries.request(emulator, delivery)
  if not request then return nil, message end
  if not emulator.options.deliver_anywhere and not http_post.is_local(request.url) then
    return nil, NOT_LOCAL
  end
  return http_post.send(request)
end

-- Real seconds of the emulator's.
local function real(emulator, seconds)
  return seconds / (emulator.options.speed or 1)
end

local function send(emulator, app, delivery)
  local status, message = post(emulator, delivery)
  local task, delay = deliveries.record_attempt(emulator, app, delivery, status, message)
  if not task then return end
  after(real(emulator, delay), function()
    emulator.schedule:cancel(function(planned)
      return planned == task
    end)
    deliveries.retry(emulator, task)
  end)
end

--- Creates the function for emulator.sender.
---@return fun(emulator: table, app: table, delivery: table, delay?: number)
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
  local function enqueue(id, job)
    if queues[id] then
      table.insert(queues[id], job)
      return
    end
    queues[id] = { job }
    after(0, function()
      send_all(id)
    end)
  end
  return function(emulator, app, delivery, delay)
    local id, job = delivery.webhook_id, { emulator, app, delivery }
    if not delay then return enqueue(id, job) end
    after(real(emulator, delay), function()
      enqueue(id, job)
    end)
  end
end

return { new = new }
