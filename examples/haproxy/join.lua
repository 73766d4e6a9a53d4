-- SPDX-License-Identifier: MIT
-- A service of HAProxy that mints tokens for people who join a meeting: GET /join?name=Ann. While
-- its calls wait, HAProxy serves all others.
--
-- HAProxy's coroutines can only sleep: core.msleep lets the others run.

local rtk = require("rtk")

local core = core -- luacheck: ignore (HAProxy's)

local client = assert(rtk.new({
  runtime = rtk.runtime.polling({
    sleep = function(seconds)
      core.msleep(math.ceil(seconds * 1000))
    end,
  }),
}))

local function reply(applet, status, body)
  applet:set_status(status)
  applet:add_header("content-type", "text/plain")
  applet:add_header("content-length", tostring(#body))
  applet:start_response()
  applet:send(body)
end

local function join(name)
  local meeting, message = client.meetings:create({ title = "Call of " .. name })
  if not meeting then return nil, message end
  return meeting:add_participant({
    name = name,
    preset_name = "group_call_host",
    custom_participant_id = name,
  })
end

core.register_service("join", "http", function(applet)
  local name = applet.qs:match("name=([%w%-]+)") or "Guest"
  local participant, message = join(name)
  if participant then return reply(applet, 200, participant.token) end
  core.log(core.err, "no token: " .. message)
  reply(applet, 502, "The meeting cannot be joined at the moment.\n")
end)
