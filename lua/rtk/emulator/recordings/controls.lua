-- SPDX-License-Identifier: MIT
-- Control of recordings for tests: failure, which no operation can cause. Misuse raises at the
-- caller's line.
local lifecycle = require("rtk.emulator.recordings.lifecycle")

local controls = {}

--- Ends a recording that is not uploaded yet with an error, as the service does now and then.
---@param emulator rtk.Emulator
---@param given { id: string }
function controls.fail(emulator, given)
  if type(given) ~= "table" or type(given.id) ~= "string" then
    error("fail_recording needs { id = ... }, the recording's id", 2)
  end
  local app, recording = emulator.store:owner_of("recordings", given.id)
  if not recording then error("fail_recording: there is no recording " .. given.id, 2) end
  if not lifecycle.is_active(recording) and recording.status ~= "UPLOADING" then
    error("fail_recording: the recording is already " .. recording.status, 2)
  end
  emulator.clock:tick()
  lifecycle.fail(emulator, app, recording)
end

return controls
