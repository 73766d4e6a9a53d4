-- SPDX-License-Identifier: MIT
-- A script for examples/embed/host.c: creates a meeting and a token for each guest, which the host
-- program's function deliver(name, token) sends to them.

local rtk = require("rtk")

local deliver = rawget(_G, "deliver")
local client = assert(rtk.new())
local meeting = assert(client.meetings:create({ title = "Stand-up" }))

for _, name in ipairs({ "Ann", "Bob" }) do
  local participant = assert(meeting:add_participant({
    name = name,
    preset_name = "group_call_participant",
    custom_participant_id = name:lower(),
  }))
  deliver(name, participant.token)
end
