-- SPDX-License-Identifier: MIT
-- Registers a receiver of webhooks, lets a recording happen in the emulator, and waits until the
-- receiver has heard of it.
--
--   lua5.4 examples/gallery/record.lua URL    -- of the receiver

local rtk = require("rtk")

local client = rtk.new()
local emulator =
  rtk.new({ api_token = "any", account_id = "any", base_url = os.getenv("EMULATOR") })

assert(client.webhooks:ensure({
  name = "recordings",
  url = arg[1] .. "/webhooks",
  events = { "recording.statusUpdate" },
}))
local meeting = assert(client.meetings:create({ title = "Algebra" }))
local recording = assert(meeting:start_recording())
assert(emulator:request({ method = "POST", path = "/advance", body = { seconds = 10 } }))
assert(recording:stop())
assert(emulator:request({ method = "POST", path = "/advance", body = { seconds = 10 } }))
assert(recording:wait({ status = "UPLOADED", timeout = 30 }))
print("recorded", recording.id)

assert(rtk.wait_until(function()
  local deliveries = assert(emulator:request({ path = "/deliveries" })).data
  for _, delivery in ipairs(deliveries) do
    if delivery.state ~= "delivered" then return false end
  end
  return #deliveries > 0 and #deliveries
end, { timeout = 30, interval = 0.05 }))
