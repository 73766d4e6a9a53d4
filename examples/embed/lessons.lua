-- SPDX-License-Identifier: MIT
-- Creates twenty meetings at once. The program that runs this script (loop.c) drives the client.

local rtk = require("rtk")
local client = assert(rtk.new())

for number = 1, 20 do
  rtk.spawn(function()
    local meeting, message = client.meetings:create({ title = "Lesson " .. number })
    if not meeting then return print(message) end
    rtk.sleep(0.02)
    meeting = assert(meeting:reload())
    print(meeting.title .. " is there")
  end)
end

return client
