-- SPDX-License-Identifier: MIT
-- Calls an emulator for its specs: sends requests without the client and decodes replies with lua-
-- cjson.
local cjson = require("cjson").new()
local emulator = require("rtk.emulator")
local events = require("rtk.emulator.webhooks.events")

local emulator_calls = {}

local Calls = {}
Calls.__index = Calls

emulator_calls.START_TIME = 1700000000

--- Sends a request below the app and returns status, decoded body and the response itself.
function Calls:send(method, path, body, query)
  local at, mark = path:find("?", 1, true)
  if at then
    path, query = path:sub(1, at - 1), path:sub(mark + 1)
  end
  local response = self.emulator:handle({
    method = method,
    path = self.prefix .. path,
    query = query,
    headers = self.headers,
    body = type(body) == "table" and cjson.encode(body) or body,
  })
  return response.status, cjson.decode(response.body), response
end

--- Sends a request that must succeed and returns its data.
function Calls:data(method, path, body)
  local status, reply = self:send(method, path, body)
  if not reply.success then error(status .. " " .. cjson.encode(reply), 2) end
  return reply.data
end

--- Sends a request that must fail and returns the status and the service's message.
function Calls:failure(method, path, body)
  local status, reply = self:send(method, path, body)
  assert(reply.success == false, "the request succeeded")
  assert(reply.error.code == status, "error.code is not the status")
  return status, reply.error.message
end

--- The values of one member of all items of a list.
function Calls:column(name, path)
  local values = {}
  for i, item in ipairs(self:data("GET", path)) do
    values[i] = item[name]
  end
  return values
end

--- The payloads of the app's events so far, of one name if given.
function Calls:events(name)
  local emu, payloads = self.emulator, {}
  local app = emu.store:account(emu.account_id).apps:get(emu.app_id)
  for _, event in ipairs(events.of(app)) do
    if not name or event.payload.event == name then payloads[#payloads + 1] = event.payload end
  end
  return payloads
end

local function on(emu, prefix)
  return setmetatable({
    emulator = emu,
    prefix = prefix,
    headers = { authorization = "Bearer any", ["content-type"] = "application/json" },
  }, Calls)
end

--- Calls on a new emulator's default app.
function emulator_calls.new(options)
  local all = { start_time = emulator_calls.START_TIME }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local emu = emulator.new(all)
  local account = "/client/v4/accounts/" .. emu.account_id .. "/realtime/kit"
  local calls = on(emu, account .. "/" .. emu.app_id)
  calls.account = on(emu, account)
  return calls
end

--- Calls below any other prefix of the same emulator.
function Calls:below(prefix)
  return on(self.emulator, prefix)
end

--- A deep copy, to be changed by a spec.
function emulator_calls.copy(value)
  return cjson.decode(cjson.encode(value))
end

emulator_calls.null = cjson.null

return emulator_calls
