-- SPDX-License-Identifier: MIT
-- Deliveries whose handlers run after the answer: they are kept in a store, and their handlers run
-- until they succeed, for a day.
--
-- Who stored a piece of work, or put it off, runs it by its key. A list in the store has the keys
-- of all pieces, in case that this process dies. Who looks for work goes through it once: the piece
-- that is looked at becomes the last. A piece leaves the list after it is gone, so that neither a
-- process that dies nor a store that fails meanwhile loses it (a shared dictionary needs two steps
-- to move a key, and a worker that is killed between them loses its place, not the piece).

local core = require("rtk.core")
local event = require("rtk.webhook.event")
local misuse = require("rtk.misuse")

---@alias rtk.LookAfter fun(seconds: number, receiver: rtk.Receiver, key: string) has the piece of
---this key run after some time

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
  look_after(pause + SLACK, receiver, key)
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

-- Does a piece of work that nobody else does now, if it is due; true when it is gone.
local function finish(receiver, key, look_after, log)
  local store = receiver._store
  if store:get("wait " .. key) then return false end
  local text, message = store:get("work " .. key)
  if not text then return message == nil end
  local ok, is_over = pcall(run_piece, receiver, key, text, look_after, log)
  if not ok then log({ message = misuse.text_of(is_over) }) end
  return ok and is_over and store:swap("work " .. key, text, nil)
end

--- Does a piece of work, if there is one and it is due.
---@param receiver rtk.Receiver
---@param key string of the delivery
---@param look_after rtk.LookAfter
---@param log fun(err: { message: string })
function stored_work.run(receiver, key, look_after, log)
  local store = receiver._store
  if not store:add("run " .. key, "1", RUN_TIMEOUT) then return end
  local is_gone = finish(receiver, key, look_after, log)
  store:swap("run " .. key, "1", nil)
  if is_gone then store:drop(LIST, key) end
end

--- Does all that is due: what a process has left behind that died, or was reloaded. It ends with a
--- piece that comes again; that need not be the first one, which may be gone by then.
---@param receiver rtk.Receiver
---@param look_after rtk.LookAfter
---@param log fun(err: { message: string })
function stored_work.run_all(receiver, look_after, log)
  local is_known = {}
  local key = receiver._store:rotate(LIST)
  while key and not is_known[key] do
    is_known[key] = true
    stored_work.run(receiver, key, look_after, log)
    key = receiver._store:rotate(LIST)
  end
end

return stored_work
