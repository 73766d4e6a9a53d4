-- SPDX-License-Identifier: MIT
-- Clients with limiters against the emulator in simulated time, in which hours pass at once. Each
-- client makes one call after the other. The emulator counts a request when it arrives, and its
-- reply travels back; limiters see only what a client sees.

local emulator = require("rtk.emulator")
local headers = require("rtk.http.headers")

local limit_simulation = {}

local Simulation = {}
Simulation.__index = Simulation

local function nothing()
  return 0
end

-- The client whose next step is due first.
local function first_due(clients)
  local first
  for _, client in ipairs(clients) do
    if client.step and (not first or client.at < first.at) then first = client end
  end
  return first
end

local function raw_headers(fields)
  local lines = { "HTTP/1.1 200 OK" }
  for name, value in pairs(fields) do
    lines[#lines + 1] = name .. ": " .. value
  end
  return table.concat(lines, "\r\n") .. "\r\n"
end

local steps = {}

function steps.ask(self, client)
  local has_priority = self.priority ~= nil and self.priority(client)
  local seconds = 0
  if client.limiter then
    self.asks = self.asks + 1
    seconds = client.limiter:admit({ now = self.now, priority = has_priority })
  end
  if seconds > 0 then
    client.at = self.now + seconds
    client.waited = client.waited + seconds
    return
  end
  table.insert(self.admitted, { at = self.now, client = client, waited = client.waited })
  client.step, client.at, client.waited = "arrive", self.now + self.latency(client), 0
end

function steps.arrive(self, client)
  self.emulator.clock:set(self.start + math.floor(self.now * 1000))
  local response = self.emulator:handle(self.request)
  if response.status == 429 then self.refused = self.refused + 1 end
  client.response = response
  client.step, client.at = "answer", self.now + self.latency(client)
end

function steps.answer(self, client)
  local response = client.response
  local is_lost = self.lose ~= nil and self.lose(client)
  if client.limiter and not is_lost then
    local fields = headers.parse(raw_headers(self.headers(response.headers)))
    client.limiter:observe({
      now = self.now,
      status = response.status,
      headers = fields,
      retry_after = tonumber(fields["retry-after"]),
    })
  end
  client.left = client.left - 1
  client.step = client.left > 0 and "ask" or nil
  client.at = self.now + self.pause(client)
end

--- Runs a simulation to its end.
---@param options table clients, calls (of each), rate_limit; limiter(index), latency(client) one
---way, pause(client) between calls, starts(index), priority(client), lose(client),
---headers(fields) which returns the headers that are left of a reply, seconds until the end
---@return table simulation refused, asks, now and admitted, a list of { at, client, waited }
function limit_simulation.run(options)
  local emu = emulator.new({ rate_limit = options.rate_limit, start_time = 1e9 })
  local path = "/client/v4/accounts/a/realtime/kit/" .. emu.app_id .. "/meetings"
  local self = setmetatable({
    emulator = emu,
    start = emu.clock:now(),
    request = { method = "GET", path = path, headers = { authorization = "Bearer x" } },
    now = 0,
    asks = 0,
    refused = 0,
    admitted = {},
    latency = options.latency or nothing,
    pause = options.pause or nothing,
    priority = options.priority,
    lose = options.lose,
    headers = options.headers or function(fields)
      return fields
    end,
  }, Simulation)
  local clients = {}
  for i = 1, options.clients do
    clients[i] = { index = i, step = "ask", left = options.calls, waited = 0 }
    clients[i].at = options.starts and options.starts(i) or 0
    clients[i].limiter = options.limiter and options.limiter(i)
  end
  local client = first_due(clients)
  while client and client.at <= (options.seconds or math.huge) do
    self.now = math.max(self.now, client.at)
    steps[client.step](self, client)
    client = first_due(clients)
  end
  return self
end

return limit_simulation
