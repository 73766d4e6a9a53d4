-- SPDX-License-Identifier: MIT
-- Administration over HTTP, below /_emulator/, for tests that run the emulator as a server: the
-- calls of the Lua API with JSON arguments, for local clients only. Responses are { "data": … } or
-- { "error": { "message": … } }.
local json = require("rtk.emulator.util.json")

local admin = {}

local PREFIX = "/_emulator/"

-- Forwards a call that takes one table to the method of that name.
local function forward(name)
  return function(emulator, given)
    if not emulator[name] then error("the emulator has no call " .. name, 0) end
    local result, message = emulator[name](emulator, given)
    if result == nil and message then error(message, 0) end
    return result
  end
end

local CALLS = {
  ["POST advance"] = function(emulator, given)
    if type(given.seconds) ~= "number" then error('"seconds" must be a number', 0) end
    emulator:advance(given.seconds)
    return { milliseconds = emulator.clock:now() }
  end,
  ["POST faults"] = forward("fault"),
  ["GET faults"] = function(emulator)
    return json.array(json.copy(emulator.faults:select()))
  end,
  ["DELETE faults"] = function(emulator)
    emulator:clear_faults()
  end,
  ["GET journal"] = function(emulator)
    return json.array(emulator:journal())
  end,
  ["POST reset"] = function(emulator)
    emulator:reset()
  end,
  ["POST seed"] = forward("seed"),
  ["GET snapshot"] = function(emulator)
    return json.decode(emulator:snapshot())
  end,
  ["PUT snapshot"] = function(emulator, given)
    emulator:restore(json.encode(given.data or given))
  end,
  ["GET deliveries"] = function(emulator)
    return json.array(emulator:deliveries({}))
  end,
  ["POST redeliver"] = function(emulator, given)
    local ok, message = emulator:redeliver(given.id)
    if not ok then error(message, 0) end
    return true
  end,
  ["POST rotate_key"] = function(emulator)
    return emulator:rotate_key()
  end,
  ["POST public_key"] = function(emulator)
    return emulator:public_key()
  end,
}

-- The same calls as POSTs, under their names in the Lua API.
for name, call in pairs({
  fault = "POST faults",
  clear_faults = "DELETE faults",
  journal = "GET journal",
  snapshot = "GET snapshot",
  restore = "PUT snapshot",
  deliveries = "GET deliveries",
}) do
  CALLS["POST " .. name] = CALLS[call]
end

for _, name in ipairs({
  "join",
  "leave",
  "chat",
  "speak",
  "unmute",
  "room",
  "fail_recording",
  "upload_recording",
  "start_ingest",
  "stop_ingest",
  "add_viewers",
  "fail_livestream",
}) do
  CALLS["POST " .. name] = forward(name)
end

local function is_loopback(address)
  return address:find("^127%.") ~= nil or address == "::1" or address == "unix:"
end

local function answer(status, body)
  return {
    status = status,
    headers = { ["content-type"] = "application/json" },
    body = json.encode(body),
  }
end

local function failure(status, message)
  return answer(status, { error = { message = message } })
end

local function unknown()
  local names = {}
  for call in pairs(CALLS) do
    names[#names + 1] = call
  end
  table.sort(names)
  return failure(404, "there is no such call; there are " .. table.concat(names, ", "))
end

--- Whether a request addresses the administration.
---@param request rtk.emulator.HttpRequest
---@return boolean
function admin.is_addressed(request)
  return request.path:sub(1, #PREFIX) == PREFIX
end

--- Answers a request to the administration.
---@param emulator rtk.Emulator
---@param request rtk.emulator.HttpRequest
---@return table response
function admin.answer(emulator, request)
  if request.remote and not is_loopback(request.remote) then
    return failure(403, "only the machine that runs the emulator may do this")
  end
  local call = CALLS[request.method .. " " .. request.path:sub(#PREFIX + 1)]
  if not call then return unknown() end
  local given, message = {}, nil
  if request.body and request.body ~= "" then
    given, message = json.decode(request.body)
  end
  if message then return failure(400, "the body is not valid JSON: " .. message) end
  if type(given) ~= "table" then return failure(400, "the body must be an object") end
  local ok, result = pcall(call, emulator, given)
  if not ok then return failure(400, (tostring(result):gsub("^[^ \t]+:%d+: ", ""))) end
  return answer(200, { data = result == nil and json.null or result })
end

return admin
