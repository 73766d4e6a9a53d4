-- SPDX-License-Identifier: MIT
-- The handler of the join service: one meeting for each room, one participant for each person,
-- however often and however many at once ask, and a fresh token each time.

local rtk = require("rtk")

local titles = { algebra = "Algebra", logic = "Logic" } -- of the rooms
local presets = { teacher = "group_call_host", student = "group_call_participant" }

-- People wait for the answer, so no call may take long.
local client = rtk.new({
  timeout = 5,
  total_timeout = 10,
  rate_limit = rtk.rate_limit.shared_dict({ name = "limits" }),
})
local once = { once = rtk.once.shared_dict({ name = "locks", wait = 10 }) }

local statuses = { invalid = 400, rate_limit = 503, timeout = 504 }

local function answer(status, value)
  ngx.status = status
  ngx.header["Content-Type"] = "application/json"
  ngx.header["Cache-Control"] = "no-store"
  ngx.print(rtk.encode(value))
end

local function participant_of(title, body)
  local meeting, message, err = client.meetings:ensure({ title = title, status = "ACTIVE" }, once)
  if not meeting then return nil, message, err end
  return client.meetings:ensure_participant(meeting.id, body, once)
end

return function()
  local title, preset = titles[ngx.var.arg_room], presets[ngx.var.http_x_user_role]
  if not title then return answer(404, { error = "there is no such room" }) end
  local id, name = ngx.var.http_x_user_id, ngx.var.http_x_user_name
  if not (preset and id and name) then return answer(401, { error = "sign in first" }) end
  local body = { custom_participant_id = id, name = name, preset_name = preset }
  local participant, message, err = participant_of(title, body)
  if participant then return answer(200, { token = participant.token }) end
  ngx.log(ngx.ERR, message)
  if err.retry_after then ngx.header["Retry-After"] = math.ceil(err.retry_after) end
  answer(statuses[err.kind] or 502, { error = "no token at the moment, try again" })
end
