-- SPDX-License-Identifier: MIT
-- Administration over HTTP, below /_emulator/, for tests that run the emulator as a server: the
-- calls of the Lua API with JSON arguments, for local clients only. Responses are { "data": … } or
-- { "error": { "message": … } }.
local delivery_log = require("rtk.emulator.webhooks.delivery_log")
local json = require("rtk.emulator.util.json")
local livestream_controls = require("rtk.emulator.livestreams.controls")
local methods = require("rtk.emulator.http.methods")
local nearest = require("rtk.emulator.util.nearest")
local page_calls = require("rtk.emulator.page.calls")
local recording_controls = require("rtk.emulator.recordings.controls")
local seed = require("rtk.emulator.admin.seed")
local session_controls = require("rtk.emulator.sessions.controls")
local url = require("rtk.emulator.http.url")

local admin = {}

local PREFIX = "/_emulator/"

-- Forwards a call that takes one table to the method of that name, which checks its members.
local function forward(name)
  return function(emulator, given)
    local result, message = emulator[name](emulator, given)
    if result == nil and message then error(message, 0) end
    return result
  end
end

-- The calls: a function and what it takes. Without a list of members the method of the Lua API
-- checks them itself.
local CALLS = {}

local function call(name, members, run)
  CALLS[name] = { run = run, members = members, takes = members and table.concat(members, ", ") }
end

call("POST advance", { "seconds" }, function(emulator, given)
  emulator:advance(given.seconds)
  return { milliseconds = emulator.clock:now() }
end)
call("GET faults", {}, function(emulator)
  return json.array(json.copy(emulator.faults:select()))
end)
call("DELETE faults", {}, function(emulator)
  emulator:clear_faults()
end)
call("GET journal", {}, function(emulator)
  return json.array(emulator:journal())
end)
call("POST reset", {}, function(emulator)
  emulator:reset()
end)
call("GET snapshot", {}, function(emulator)
  return json.decode(emulator:snapshot())
end)
call("PUT snapshot", nil, function(emulator, given)
  emulator:restore(json.encode(given.data or given))
end)
call("GET deliveries", nil, function(emulator, given)
  local list, message = emulator:deliveries(given)
  if not list then error(message, 0) end
  return json.array(list)
end)
call("POST redeliver", { "id" }, function(emulator, given)
  local ok, message = emulator:redeliver(given.id)
  if not ok then error(message, 0) end
  return true
end)
call("POST rotate_key", {}, function(emulator)
  return emulator:rotate_key()
end)
call("POST public_key", {}, function(emulator)
  return emulator:public_key()
end)

-- The calls that are methods of the Lua API, with what they take.
for _, takes in ipairs({
  { seed = seed.takes },
  session_controls.takes,
  recording_controls.takes,
  livestream_controls.takes,
}) do
  for name, arguments in pairs(takes) do
    call("POST " .. name, nil, forward(name))
    CALLS["POST " .. name].takes = arguments.text
  end
end
call("POST faults", nil, forward("fault"))
CALLS["POST faults"].takes =
  "kind, operation, times, probability, after, delay and those of the kind"
CALLS["PUT snapshot"].takes = "a snapshot"
CALLS["GET deliveries"].takes = delivery_log.takes.text

-- What the page of a server reads. The answers have a version.
for name, known in pairs(page_calls.all) do
  call("GET " .. name, known.members, known.run)
  CALLS["GET " .. name].is_versioned = true
end

-- The same calls as POSTs, under their names in the Lua API.
for name, original in pairs({
  fault = "POST faults",
  clear_faults = "DELETE faults",
  journal = "GET journal",
  snapshot = "GET snapshot",
  restore = "PUT snapshot",
  deliveries = "GET deliveries",
}) do
  CALLS["POST " .. name] = CALLS[original]
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

-- All calls with what they take.
local function list()
  local listed = {}
  for name, known in pairs(CALLS) do
    listed[name] = known.takes or ""
  end
  return answer(200, { data = listed })
end

local function unknown(method, name)
  local names = {}
  for known in pairs(CALLS) do
    names[known:match("[^ ]+$")] = true
  end
  local message = ("there is no call %s %s"):format(method, name)
  if names[name] then return failure(404, message .. ", but one with another method") end
  return failure(404, message .. nearest.clause(name, names))
end

-- The members of a call: of a GET in the query, else in the body.
local function read_members(request)
  if request.method == "GET" then
    local given = {}
    for name, values in pairs(url.query(request.query)) do
      given[name] = values[1]
    end
    return given
  end
  if not request.body or request.body == "" then return {} end
  local given, message = json.decode(request.body)
  if message then return nil, failure(400, "the body is not valid JSON: " .. message) end
  if type(given) ~= "table" then return nil, failure(400, "the body must be an object") end
  return given
end

local function check_members(name, known, given)
  if not known.members then return nil end
  local names = {}
  for _, member in ipairs(known.members) do
    names[member] = true
  end
  for member in pairs(given) do
    if not names[member] then
      local clause = next(names) and nearest.clause(member, names) or "; it takes none"
      return failure(400, ("%s knows no member %q"):format(name, tostring(member)) .. clause)
    end
  end
end

--- Whether a request addresses the administration.
---@param request rtk.emulator.HttpRequest
---@return boolean
function admin.is_addressed(request)
  return request.path:sub(1, #PREFIX) == PREFIX
end

--- The methods of a call, none where there is none; where GET is one, HEAD is too.
---@param path string
---@return string[] methods
function admin.methods(path)
  local name = path:sub(#PREFIX + 1)
  return methods.accepted(function(method)
    return CALLS[method .. " " .. name] or name == "" and method == "GET"
  end)
end

--- Answers a request to the administration.
---@param emulator rtk.Emulator
---@param request rtk.emulator.HttpRequest
---@return table response
function admin.answer(emulator, request)
  if request.remote and not is_loopback(request.remote) then
    return failure(403, "only the machine that runs the emulator may do this")
  end
  local name = request.method .. " " .. request.path:sub(#PREFIX + 1)
  if name == "GET " then return list() end
  local known = CALLS[name]
  if not known then return unknown(request.method, request.path:sub(#PREFIX + 1)) end
  local given, refusal = read_members(request)
  refusal = refusal or check_members(name, known, given)
  if refusal then return refusal end
  local tag = known.is_versioned and '"' .. page_calls.version(emulator) .. '"'
  if tag and request.headers["if-none-match"] == tag then
    return { status = 304, headers = { etag = tag }, body = "" }
  end
  -- What this call does may change what the page shows.
  if request.method ~= "GET" then emulator.changes = emulator.changes + 1 end
  local ok, result = pcall(known.run, emulator, given)
  if not ok then return failure(400, (tostring(result):gsub("^[^ \t]+:%d+: ", ""))) end
  local done = answer(200, { data = result == nil and json.null or result })
  if tag then done.headers.etag = tag end
  return done
end

return admin
