-- SPDX-License-Identifier: MIT
-- The RealtimeKit API in memory, for tests. It shares no code with the client, so that it can
-- contradict the client: it has its own routes, URL parsing, field tables and JSON (lua-cjson). The
-- same options (start_time among them) and the same calls give the same responses, byte for byte.
--
-- Use it through `handle` (a request as a table), `client` (a client without a network) or
-- rtk.emulator.server (HTTP).
local session_controls = require("rtk.emulator.sessions.controls")
local clock = require("rtk.emulator.state.clock")
local sender = require("rtk.emulator.webhooks.sender")
local deliveries = require("rtk.emulator.webhooks.deliveries")
local delivery_log = require("rtk.emulator.webhooks.delivery_log")
local dispatch = require("rtk.emulator.http.dispatch")
local route_modules = require("rtk.emulator.route_modules")
local faults = require("rtk.emulator.faults")
local middleware = require("rtk.emulator.middleware")
local journal = require("rtk.emulator.state.journal")
local livestream_controls = require("rtk.emulator.livestreams.controls")
local options = require("rtk.emulator.options")
local random = require("rtk.emulator.state.random")
local recording_controls = require("rtk.emulator.recordings.controls")
local real_time = require("rtk.emulator.state.real_time")
local schedule = require("rtk.emulator.state.schedule")
local seed = require("rtk.emulator.admin.seed")
local signing_key = require("rtk.emulator.webhooks.signing_key")
local snapshot = require("rtk.emulator.admin.snapshot")
local snapshot_check = require("rtk.emulator.admin.snapshot_check")
local store = require("rtk.emulator.state.store")
local virtual_time = require("rtk.emulator.transport.virtual_time")

---@class rtk.Emulator
---@field changes integer counts what changes without a tick of the clock, for its page
---@field clock table the emulator's time
---@field account_id string an account that requests may use
---@field app_id string an app that exists in every account
---@field api_token string a valid token
---@field options table
---@field download_url string below which links to content lead
---@field download_port? integer of the server that serves them
---@field faults table
---@field ids table random ids
---@field rays table random request ids
---@field log table the journal
---@field rates table
---@field real_time? table where the clock follows it
---@field routers table
---@field schedule table
---@field sender? table
---@field first_state string the snapshot of a new one
---@field signing_key table
---@field store table
---@field tasks table
local Emulator = { __name = "rtk.emulator" }

local ACCOUNT_ID = "0123456789abcdef0123456789abcdef"
local API_TOKEN = "emulator-token"
local BASE_URL = "http://127.0.0.1/client/v4"
local DOWNLOAD_URL = "http://127.0.0.1/download"

-- Misuse of handle, at its caller's line.
local function check_request(request)
  for _, name in ipairs({ "method", "path", "headers" }) do
    local expected = name == "headers" and "table" or "string"
    if type(request) ~= "table" or type(request[name]) ~= expected then
      error("handle takes a request with a " .. expected .. " at " .. name, 3)
    end
  end
end

--- Answers one HTTP request.
---@param request { method: string, path: string, query?: string, headers: table, body?: string }
---the query without its question mark, the headers' names in lower case
---@return { status: integer, headers: table<string, string>, body: string, wire?: table } response
---`wire` is the fault in transit (rtk.emulator.Wire)
function Emulator:handle(request)
  check_request(request)
  return middleware.answer(self, request)
end

-- Runs the tasks that are due by a time, each at its time, and sets the clock to it. Real time at a
-- high speed ends where the clock does.
local function run_until(self, target)
  target = clock.limited(target)
  local task = self.schedule:take(target)
  while task do
    self.clock:set(math.max(task.at, self.clock:now()))
    self.tasks[task.kind](self, task)
    task = self.schedule:take(target)
  end
  self.clock:set(math.max(target, self.clock:now()))
end

--- Advances the clock and runs the tasks that fall due, each at its time.
---@param seconds number
function Emulator:advance(seconds)
  if type(seconds) ~= "number" or not (seconds >= 0 and seconds < math.huge) then
    error("advance takes a number of seconds that is not negative", 2)
  end
  if not clock.shows(self.clock:now() / 1000 + seconds) then
    error("advance cannot move the clock past the year 9999", 2)
  end
  run_until(self, self.clock:now() + math.floor(seconds * 1000 + 0.5))
  if self.real_time and seconds > 0 then self.real_time:restart(self.clock:now()) end
end

--- The deliveries to webhooks, oldest first; an unknown name in the filter raises.
Emulator.deliveries = delivery_log.list

--- Sends a delivery again.
Emulator.redeliver = deliveries.redeliver

--- The key that verifies webhooks, in PEM; nil and a message when openssl cannot make one.
---@return string? pem
---@return string? message
function Emulator:public_key()
  return self.signing_key:public()
end

--- Changes the key that signs webhooks and returns the new public key.
---@return string? pem
---@return string? message
function Emulator:rotate_key()
  return self.signing_key:rotate()
end

Emulator.fail_recording = recording_controls.fail
Emulator.upload_recording = recording_controls.upload
Emulator.start_ingest, Emulator.stop_ingest = livestream_controls.start, livestream_controls.stop
Emulator.add_viewers, Emulator.fail_livestream =
  livestream_controls.add_viewers, livestream_controls.fail

Emulator.join, Emulator.leave = session_controls.join, session_controls.leave
Emulator.chat, Emulator.speak = session_controls.chat, session_controls.speak
Emulator.unmute, Emulator.room = session_controls.unmute, session_controls.room

--- Adds a fault; see rtk.emulator.faults. An invalid fault raises.
---@param fault table { operation?, kind, times?, probability?, after?, delay?, … }
function Emulator:fault(fault)
  local known = dispatch.operations(self.routers)
  local ok, message = self.faults:add(fault, known)
  if not ok then error(message, 2) end
end

--- Removes all faults.
function Emulator:clear_faults()
  self.faults:clear()
end

--- The most recent requests and responses, oldest first.
---@return table[]
function Emulator:journal()
  return self.log:view()
end

--- Creates many objects in one call; see rtk.emulator.admin.seed.
Emulator.seed = seed.run

--- All state as JSON.
---@return string
function Emulator:snapshot()
  return snapshot.take(self)
end

--- Restores the state of a snapshot; the options stay. Raises when the text is no snapshot.
---@param text string
function Emulator:restore(text)
  local ok, message = snapshot.restore(self, text, snapshot_check.run)
  if not ok then error(message, 2) end
  if self.real_time then self.real_time:restart(self.clock:now()) end
end

--- Restores the state of a new emulator; clears the journal and the faults.
function Emulator:reset()
  self.log:clear()
  self:restore(self.first_state)
end

--- Creates a client that calls this emulator without a network. With virtual_time = true its
--- waits (retries, limits, waits of objects) advance the emulator's clock and take no time.
---@param overrides? table options of rtk.new that override those of the emulator; virtual_time
---@return rtk.Client client
function Emulator:client(overrides)
  if overrides ~= nil and type(overrides) ~= "table" then
    error("the options of a client must be a table", 2)
  end
  local given = {
    api_token = self.api_token,
    account_id = self.account_id,
    app_id = self.app_id,
    base_url = BASE_URL,
    transport = require("rtk.emulator.transport").new(self),
  }
  for name, value in pairs(overrides or {}) do
    given[name] = value
  end
  if given.virtual_time then given.runtime = virtual_time.new(self) end
  given.virtual_time = nil
  return require("rtk").new(given)
end

-- Makes the metatable of emulators. Each call is made with a colon, and has `before` run.
local function metatable(before)
  local class = { __name = Emulator.__name }
  for name, member in pairs(Emulator) do
    class[name] = type(member) ~= "function" and member
      or function(self, ...)
        if type(self) ~= "table" or self.schedule == nil then
          error(("call emulator:%s with a colon, not with a dot"):format(name), 2)
        end
        before(self)
        return member(self, ...)
      end
  end
  class.__index = class
  return class
end

-- In plain Lua 5.1 an error of a call would not be at its caller's line, which is worth more.
local hides_callers = _VERSION == "Lua 5.1" and not package.loaded.jit

Emulator.__index = Emulator

local Manual = hides_callers and Emulator or metatable(function() end)

-- The clock follows real time: before each call, what has passed passes here, too.
local RealTime = metatable(function(self)
  if self.real_time then run_until(self, self.real_time:target()) end
end)

local module = {}

--- Creates an emulator; an unknown option raises.
---@param given? rtk.EmulatorOptions
---@return rtk.Emulator emulator
local function new(given)
  if given == module then error("call new of rtk.emulator with a dot, not with a colon", 2) end
  local read = options.read(given, 2)
  local self = setmetatable({
    options = read,
    account_id = read.account_id or ACCOUNT_ID,
    app_id = read.app_id,
    api_token = read.api_token or API_TOKEN,
    -- Another number after each start, so that a page notices.
    changes = os.time(),
    clock = clock.new(read.start_time or os.time()),
    download_url = DOWNLOAD_URL,
    -- A generator of their own, so that faults do not change which ids come next.
    faults = faults.new(read.seed + 2),
    ids = random.new(read.seed),
    log = journal.new(read.journal_size),
    rates = {},
    -- A generator of their own, so that reads do not change which ids come next.
    rays = random.new(read.seed + 1),
    routers = route_modules.routers(),
    schedule = schedule.new(),
    signing_key = signing_key.new(),
    sender = read.deliver and sender.new(read.deliver),
    tasks = route_modules.tasks(),
  }, Manual)
  self.store = store.new(self)
  self.first_state = self:snapshot()
  if not read.speed then return self end
  self.real_time = real_time.new(read.speed, self.clock:now())
  return setmetatable(self, RealTime)
end

module.new = new

return module
