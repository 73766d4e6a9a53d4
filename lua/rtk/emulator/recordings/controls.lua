-- SPDX-License-Identifier: MIT
-- Control of recordings for tests: failure and the size of a file, which no operation can choose.
-- Misuse raises at the caller's line.
local arguments = require("rtk.emulator.util.arguments")
local lifecycle = require("rtk.emulator.recordings.lifecycle")

local controls = {}

-- What every Lua and JSON can count.
local MAX_SIZE = 2 ^ 53

-- What the calls take.
controls.takes = {
  fail_recording = arguments.of("fail_recording", { "id string" }),
  upload_recording = arguments.of("upload_recording", { "id string", "file_size number" }),
}

-- From here to the caller of a call that this is part of.
local CALLER = 3

--- The recording that a call names, and its app.
local function find(emulator, call, id)
  local app, recording = emulator.store:owner_of("recordings", id)
  if not recording then error(call .. ": there is no recording " .. id, CALLER) end
  return app, recording
end

--- Ends a recording that is not uploaded yet with an error, as the service does now and then.
---@param emulator rtk.Emulator
---@param given { id: string }
function controls.fail(emulator, given)
  controls.takes.fail_recording:check(given)
  controls.takes.fail_recording:need(given, "id")
  local app, recording = find(emulator, "fail_recording", given.id)
  if not lifecycle.is_active(recording) and recording.status ~= "UPLOADING" then
    error("fail_recording: the recording is already " .. recording.status, 2)
  end
  emulator.clock:tick()
  lifecycle.fail(emulator, app, recording)
end

--- Ends a recording and uploads it at once, as a file of so many bytes. One that is uploaded gets
--- another file.
---@param emulator rtk.Emulator
---@param given { id: string, file_size: integer }
function controls.upload(emulator, given)
  controls.takes.upload_recording:check(given)
  controls.takes.upload_recording:need(given, "id")
  controls.takes.upload_recording:need(given, "file_size")
  local app, recording = find(emulator, "upload_recording", given.id)
  local size = given.file_size
  if size % 1 ~= 0 or size < 0 or size > MAX_SIZE then
    error("upload_recording: file_size must be a whole number of bytes", 2)
  end
  if recording.status == "ERRORED" then
    error("upload_recording: the recording is already ERRORED", 2)
  end
  emulator.clock:tick()
  lifecycle.upload(emulator, app, recording, size)
end

return controls
