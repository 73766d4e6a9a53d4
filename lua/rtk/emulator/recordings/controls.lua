-- SPDX-License-Identifier: MIT
-- What a test does to recordings that no call to the API can: let them fail. Misuse raises at the
-- caller's line.
local life = require("rtk.emulator.recordings.lifecycle")

local M = {}

--- Ends a recording that is not uploaded yet with an error, as the service does now and then.
---@param emulator table
---@param given { id: string }
function M.fail(emulator, given)
  if type(given) ~= "table" or type(given.id) ~= "string" then
    error("fail_recording needs { id = ... }, the recording's id", 2)
  end
  local app, recording = emulator.store:owner_of("recordings", given.id)
  if not recording then error("fail_recording: there is no recording " .. given.id, 2) end
  if not life.is_active(recording) and recording.status ~= "UPLOADING" then
    error("fail_recording: the recording is already " .. recording.status, 2)
  end
  emulator.clock:tick()
  life.fail(emulator, app, recording)
end

return M
