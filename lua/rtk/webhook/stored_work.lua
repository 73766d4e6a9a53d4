-- SPDX-License-Identifier: MIT
-- Deliveries whose handlers run after the answer: they are kept in a store, and their handlers run
-- until they succeed, for a day.
--
-- A list in the store has the keys of all pieces of work. Who looks for work goes through it once:
-- the piece that is looked at becomes the last. A piece leaves the list after it is gone, so that
-- neither a process that dies nor a store that fails meanwhile loses it.

local core = require("rtk.core")
local event = require("rtk.webhook.event")
local misuse = require("rtk.misuse")

---@class rtk.StoredWork
---@field payload table
---@field delivery rtk.Delivery
---@field attempts integer that failed
---@field pause number seconds after the first of them

local stored_work = {}

local LIST = "work"
local KEEP = 86400 -- seconds
local LONGEST_PAUSE = 600 -- seconds
local SLACK = 0.01 -- seconds past a pause, so that it has ended
local RUN_TIMEOUT = 300 -- seconds until the work of a dead process is taken over

local GIVEN_UP = "a delivery is given up, because its handlers have failed for a day"

--- Stores a delivery.
---@param store rtk.Store
---@param key string of the delivery
---@param about rtk.ReceivedEvent
---@param pause number seconds after handlers that failed
---@return boolean? ok
---@return string? message
function stored_work.add(store, key, about, pause)
  local work = { payload = about, delivery = about.delivery, attempts = 0, pause = pause }
  local ok, message = store:set("work " .. key, core.encode(work), KEEP)
  if not ok then return nil, message end
  return store:push(LIST, key)
end

local function pause_after(work)
  return math.min(LONGEST_PAUSE, work.pause * 2 ^ (work.attempts - 1))
end

-- Has work done again whose handlers failed. False when it is too old for that.
local function put_off(store, key, work, look_after, receiver)
  local left = work.delivery.received_at + KEEP - os.time()
  work.attempts = work.attempts + 1
  local pause = pause_after(work)
  if pause >= left then return false end
  store:set("wait " .. key, "1", pause)
  store:set("work " .. key, core.encode(work), left)
  look_after(pause + SLACK, receiver)
  return true
end

-- Runs the handlers of a piece; true when there is nothing left to do.
local function run_piece(receiver, key, text, look_after, log)
  local work = core.decode(text)
  if type(work) ~= "table" or type(work.payload) ~= "table" then return true end
  local about = event.new(work.payload, work.delivery)
  local err = receiver:_run_handlers(about)
  if not err then return true end
  log(err)
  local is_over = not put_off(receiver._store, key, work, look_after, receiver)
  if is_over then log({ message = GIVEN_UP }) end
  receiver:_report(err, about)
  return is_over
end

-- Does the first piece of the list, if it is due. Returns its key.
local function take(receiver, look_after, log)
  local store = receiver._store
  local key = store:rotate(LIST)
  if not key then return nil end
  local text, message = store:get("work " .. key)
  if not text then
    if not message then store:drop(LIST, key) end
    return key
  end
  if store:get("wait " .. key) or not store:add("run " .. key, "1", RUN_TIMEOUT) then return key end
  local ok, is_over = pcall(run_piece, receiver, key, text, look_after, log)
  if ok and is_over then store:swap("work " .. key, text, nil) end
  store:swap("run " .. key, "1", nil)
  if not ok then log({ message = misuse.text_of(is_over) }) end
  return key
end

--- Does all that is due. It ends with a piece that comes again; that need not be the first one,
--- which may be gone by then.
---@param receiver rtk.Receiver
---@param look_after fun(seconds: number, receiver: rtk.Receiver) has this called again
---@param log fun(err: { message: string })
function stored_work.run(receiver, look_after, log)
  local is_known = {}
  while true do
    local key = take(receiver, look_after, log)
    if not key or is_known[key] then return end
    is_known[key] = true
  end
end

return stored_work
