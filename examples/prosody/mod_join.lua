-- SPDX-License-Identifier: MIT
-- A module of Prosody that mints tokens for people who join the call of a chat room:
--
--   GET /join/<room>?name=Ann
--
-- The calls wait in Prosody's own loop, which goes on with its other connections. Put this file
-- into a folder of plugin_paths, add "join" to modules_enabled, and start Prosody with the
-- environment that rtk.new reads.

local async = require("util.async")
local formdecode = require("util.http").formdecode
local server = require("net.server")
local timer = require("util.timer")
local rtk = require("rtk")

local module = module -- luacheck: ignore (Prosody's)

local waiting = {} -- what continues a coroutine of Prosody

local runtime = rtk.runtime.adapter({
  watch = function(descriptor, on_readable)
    local watched = server.watchfd(descriptor, function()
      on_readable()
    end)
    return function()
      watched:close()
    end
  end,
  after = function(seconds, callback)
    local task = timer.add_task(seconds, function()
      callback()
    end)
    return function()
      timer.stop(task)
    end
  end,
  suspend = function(co)
    local wait, done = async.waiter()
    waiting[co] = done
    wait()
  end,
  resume = function(co)
    local done = waiting[co]
    waiting[co] = nil
    done()
  end,
})

local client = assert(rtk.new({ runtime = runtime }))
local meetings = {} -- ids by room

local function meeting_of(room)
  if meetings[room] then return client.meetings:get(meetings[room]) end
  local meeting, message = client.meetings:create({ title = room })
  if meeting then meetings[room] = meeting.id end
  return meeting, message
end

local function join(event, room)
  local query = formdecode(event.request.url.query or "")
  local name = type(query) == "table" and query.name or "Guest"
  local meeting, message = meeting_of(room)
  local participant
  if meeting then
    participant, message = meeting:add_participant({
      name = name,
      preset_name = "group_call_participant",
      custom_participant_id = name,
    })
  end
  if participant then return participant.token end
  module:log("error", "no token: %s", message)
  return 502
end

module:provides("http", {
  route = {
    ["GET /*"] = join,
    ["GET /ping"] = function()
      return "pong"
    end,
  },
})
