-- SPDX-License-Identifier: MIT
-- Mints a token, as handlers of hosts do. It leaves marks in the directory MARKS, so that specs
-- know when it is under way.

local rtk = require("rtk")

local function mark(name)
  assert(io.open(os.getenv("MARKS") .. "/" .. name, "w")):close()
end

local client

--- Makes a meeting and a token for somebody.
---@return string text the token, or what went wrong
return function()
  client = client or assert(rtk.new())
  mark("begun")
  local meeting, message = client.meetings:create({ title = "Stand-up" })
  local participant
  if meeting then
    participant, message = meeting:add_participant({
      name = "Ann",
      preset_name = "group_call_host",
      custom_participant_id = "ann",
    })
  end
  mark("ended")
  return participant and participant.token or message
end
