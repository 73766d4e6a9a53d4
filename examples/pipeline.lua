-- SPDX-License-Identifier: MIT
-- Downloads each recording as soon as it is uploaded and runs a command with the file, once: a mark
-- beside the file says that the command succeeded. For cron, or started by a receiver of the event
-- recording.statusUpdate; flock lets one at a time work.
--
--   flock DIRECTORY lua5.4 examples/pipeline.lua DIRECTORY COMMAND    -- runs COMMAND FILE
--
-- A command that was cut off runs again. Exit status 1: something is left to do, and standard error
-- says what; 2: wrong usage.

local rtk = require("rtk")

local directory, command = arg[1], arg[2]
if not command then
  io.stderr:write("usage: pipeline.lua DIRECTORY COMMAND\n")
  os.exit(2)
end
local client = rtk.new({ max_retries = 5 })

local function exists(path)
  local file = io.open(path)
  return file and file:close()
end

local function process(recording)
  local suffix = (recording.output_file_name or ""):match("%.%w+$") or ".mp4"
  local path = directory .. "/" .. recording.id .. suffix
  if exists(path .. ".done") then return path end
  assert(recording:wait({ status = "UPLOADED", timeout = 3600 }))
  if not exists(path) then assert(recording:download(path)) end
  local ok = os.execute(command .. " '" .. path:gsub("'", "'\\''") .. "'")
  assert(ok == true or ok == 0, "the command failed")
  assert(io.open(path .. ".done", "w")):close()
  print(path)
  return path
end

local status = 0
local recordings = client.recordings:each({ status = { "UPLOADING", "UPLOADED" } })
for recording, path, message in rtk.map(recordings, process, { concurrency = 4 }) do
  if not path then
    io.stderr:write(recording.id, ": ", message, "\n")
    status = 1
  end
end
os.exit(status)
