-- SPDX-License-Identifier: MIT
-- The livestream of a meeting. It cannot be started while it is in progress, which it is until the
-- service has really stopped it.
local fields = require("rtk.emulator.livestreams.fields")
local life = require("rtk.emulator.livestreams.lifecycle")
local livestream_session = require("rtk.emulator.livestreams.sessions")
local meetings = require("rtk.emulator.meetings.routes")
local merge = require("rtk.emulator.http.merge")
local reply = require("rtk.emulator.http.reply")
local view = require("rtk.emulator.livestreams.view")

local function find_active(request, meeting)
  local livestream = life.of_meeting(request.app, meeting.id)
  if livestream and livestream_session.current(request.app, livestream) then return livestream end
  return nil, reply.failure(404, "No active livestream found for meeting_id " .. meeting.id)
end

local function start(request)
  local meeting, refusal = meetings.find(request)
  if not meeting then return refusal end
  local running = find_active(request, meeting)
  if running then
    local what = running.stopping and "is still stopping" or "is already in progress"
    return reply.failure(400, "The livestream of the meeting " .. what)
  end
  local body = merge(fields.start, {}, request.body)
  local livestream = life.start(request.emulator, request.app, meeting, body)
  return reply.data(view.started(livestream), 201)
end

local function get_active(request)
  local meeting, refusal = meetings.find(request)
  if not meeting then return refusal end
  local livestream, none = find_active(request, meeting)
  return none or reply.data(view.livestream(livestream, request))
end

local function stop(request)
  local meeting, refusal = meetings.find(request)
  if not meeting then return refusal end
  local livestream, none = find_active(request, meeting)
  if not livestream then return none end
  if livestream.stopping then
    return reply.failure(400, "The livestream of the meeting is still stopping")
  end
  request.emulator.clock:tick()
  life.stop(request.emulator, request.app, livestream)
  return reply.data({ message = "Stopped live stream successfully" })
end

return {
  routes = {
    { "POST", "/meetings/{meeting_id}/livestreams", start, body = fields.start },
    { "GET", "/meetings/{meeting_id}/active-livestream", get_active },
    { "POST", "/meetings/{meeting_id}/active-livestream/stop", stop },
  },
}
